#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A custom runtime in bash and curl; does what customruntime.cpp does.
base=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
error='{"errorMessage":"as asked","errorType":"Own.Error","stackTrace":[]}'
call() { curl --silent --show-error --output /tmp/body --dump-header /tmp/head --write-out '%{http_code}' "$@"; }
told() { echo "$1 $2 $(cat /tmp/body)"; }
if [ "$_HANDLER" = broken.init ]; then
    told init "$(call --header 'Lambda-Runtime-Function-Error-Type: Runtime.NoSuchHandler' --data-binary "$error" "$base/init/error")"
    exit 1
fi
while :; do
    call "$base/invocation/next" >/dev/null || exit 0
    cp /tmp/body /tmp/event
    id=$(tr -d '\r' </tmp/head | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')
    own=$base/invocation/$id
    case $(cat /tmp/event) in
    *'"do":"exit"'*) exit 3 ;;
    *'"do":"abort"'*) kill -ABRT $$ ;;
    *'"do":"error"'*) call --header 'Lambda-Runtime-Function-Error-Type: Function.AsAsked' --data-binary "$error" "$own/error" ;;
    *'"do":"foreign"'*) call --header 'Lambda-Runtime-Function-Error-Type: foo' --data-binary "$error" "$own/error" ;;
    *'"do":"stale"'*)
        told stale "$(call --data-binary @/tmp/event "$base/invocation/11111111-2222-4333-8444-555555555555/response")"
        call --data-binary @/tmp/event "$own/response"
        ;;
    *'"do":"twice"'*)
        told first "$(call --data-binary @/tmp/event "$own/response")"
        told second "$(call --data-binary @/tmp/event "$own/response")"
        ;;
    *'"do":"again"'*)
        told again "$(call "$base/invocation/next")"
        call --data-binary @/tmp/event "$own/response"
        ;;
    *'"do":"stream"'*) printf 'in two parts' | call --header 'Lambda-Runtime-Function-Response-Mode: streaming' --header 'Transfer-Encoding: chunked' --data-binary @- "$own/response" ;;
    *) call --header 'Content-Type: application/json' --data-binary @/tmp/event "$own/response" ;;
    esac >/tmp/said
    # What curl reports of a call is no log.
    grep -a -E '^(stale|first|second|again) ' /tmp/said
done
