// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cloud/s3api.h"

#include "core/cloud/bucketcors.h"
#include "core/cloud/s3call.h"

// Which web pages may use what is in buckets.
namespace eph::cloud {

using namespace Qt::StringLiterals;
using namespace s3;

QList<CorsRule> S3Api::corsRules(const QString &bucket) const
{
    return bucketcors::get(m_documents, m_catalogue.project().value_or(nullptr), bucket);
}

void S3Api::onPreflight(const Call &call)
{
    if (call.request.header("Origin").isEmpty())
        return call.fail("BadRequest", u"Insufficient information. Origin request header needed."_s);
    if (const QByteArray method = call.request.header("Access-Control-Request-Method"); method.isEmpty())
        return call.fail("BadRequest", u"Invalid Access-Control-Request-Method: null"_s);
    const QList<CorsRule> rules = corsRules(call.bucket);
    if (rules.isEmpty())
        return call.fail("AccessForbidden", u"CORSResponse: CORS is not enabled for this bucket."_s);
    // What is allowed is in the headers of every answer to this page.
    if (call.pageHeaders.isEmpty())
        return call.fail("AccessForbidden", u"CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."_s);
    call.answer(200);
}

void S3Api::onCors(const Call &call)
{
    const QByteArray &method = call.request.method;
    if (method == "PUT") {
        const auto put = bucketcors::put(m_documents, call.bucket, call.request.body);
        return put ? call.answer(200) : call.fail(put.error());
    }
    if (method == "DELETE") {
        const auto removed = bucketcors::remove(m_documents, call.bucket);
        return removed ? call.answer(204) : call.fail(removed.error());
    }
    if (method != "GET")
        return call.fail("MethodNotAllowed", u"The specified method is not allowed against this resource."_s);
    const QList<CorsRule> rules = corsRules(call.bucket);
    return rules.isEmpty() ? call.fail("NoSuchCORSConfiguration", u"The CORS configuration does not exist"_s) : call.answer(200, bucketcors::xmlOf(rules));
}

} // namespace eph::cloud
