// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

/// Tokens of one issuer, `https://i`, for the audience `a` and the subject `me`, without an end; signed by another program's library.
namespace eph::test::signedtokens {

inline const QByteArray KeySet =
    R"({"keys":[{"kty":"RSA","use":"sig","kid":"one","e":"AQAB","n":)" "\""
    "zlbD6zdFUj1FBmoTPEXp7RHhul2qWsq_N6m66gOxPznswMxGLsk-RfX4whv5bpxV1BozR5VHT5a15yee05FvCUdwvznU5O38mjwl7l0nLK19DLi2MuG-geGI35mf1LCJ6pzKD4A6XTftO3gG6yIjnf"
    "fo_OlRP8fZ16BSE2I0UA9TcDiBLk86oxAjmWxj6HdzdN2FtzZrwvyREvbJOFjdMA8JEOy8V0zf3sT73JzgVrFKzlbSRfxfLKq5T54FKKo1DswuK08z_Bo7gJS2YS8HMfGkvzu4S4qDzRXF6peIvNFy"
    "b_V3Cd9Q7piPVioX2hFqYKuWOjkAz8tuO0H-YhDgiw"
    "\"},{\"kty\":\"EC\",\"kid\":\"curve\"}]}";
inline const QByteArray Rs256 =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJodHRwczovL2kiLCJhdWQiOiJhIiwic3ViIjoibWUifQ.WKs30hAYsYvKtJ3vwaPYx_tiFA0TtXyHNgH94OFQbUn84KsMuSm5w73qx0"
    "TMddc92PeOi02GQzF6ilKYTLMjldUht1hYoPoRqCMIxGJjlVNvF0NhE6NMSd6bQu-0sSJk77HW5yHKrfLBa6TbifA079Tew1wDxm8sTuwkK07uo8LB6au_Ibl6zX9Y13J4eG1B_TiPxA9SowXyhv_Y"
    "UiPqVjJVjoHbgf8BxZqWZffEQEHmz4saBGawOXhu12J3DYOmmD0kK45TxPH5pdGWzQsNNnXarZ3HDqXptalJVJIVcFDUSIDkqZnWfDTDZy3dN3T3b0KxK_kcANe3xOjQFqnMzA";
inline const QByteArray Rs384 =
    "eyJhbGciOiJSUzM4NCIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJodHRwczovL2kiLCJhdWQiOiJhIiwic3ViIjoibWUifQ.LFaFd7hQtziG__nRcYQGT9zUg2ILEiQ4B8PB7knq2ffFbtM_2iYzf2w0u4"
    "654T3vh7_8VnoiWC8VbCJAeInWdS4KPav76taBw8NAJz33kFF0xapb77lHvMCETZM6LAtrNoOgKzTxkmnFMmTPdsg8XY_hTc0Qq_ngBBjfhodTMGeko3C0ZYNgnngG4Kvc1TfQNLqJELDhQxv7qVqX"
    "BP8CHOpuAsSXX3ZkxpOSkm55_C1EEtmO1RgvCFWlbmNaYs75tu4vwTf5c9OhqKQewohga3GlTAcCYd3MfPPWM7egiLrmZCdxCkE8tRhlKEmP9ameM8q6Pltu3-sxOBs-WHEtEQ";
inline const QByteArray Rs512 =
    "eyJhbGciOiJSUzUxMiIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJodHRwczovL2kiLCJhdWQiOiJhIiwic3ViIjoibWUifQ.BE9Z8ROmZnHoqO1MT-Ma-FeMbgHYNmUG8sBHPtvDfj2y_oDiCEWN21-0vM"
    "LE6DxugfK9QfYppatBsIKGAHU4WQDLGmHk4_lDuWLXmD2zqcz8QIKhE_ytGYsiQfTZUBpg35qwr4FmfEizNcalvqpvLmOUW1wTQOITUfgUC5dP7ba53A90Zk9hc4NWmhdn6pwxGm40A_nhtoFsZaAF"
    "YuqscC2mE8BVxAT2xHeYLHhOIJMKNL6fRW1N8Zm8GZKQ0uEZcrFYoczqKsYBC4GvHcKd6z0lpT6LHWlCJbe7BjurX_wRYMf5jur9gYOSn_FJRh2johSTegshVLeAXesM9awhTA";
/// By the text of the public key, which everybody knows.
inline const QByteArray Hs256 =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJodHRwczovL2kiLCJhdWQiOiJhIiwic3ViIjoibWUifQ.gu46l9mJmy3pzgrCnV7Xl_AOWpyfO4kKMqpuR_RV5n4";

} // namespace eph::test::signedtokens
