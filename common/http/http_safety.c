#include "http/http_safety.h"

#define SET(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

bool http_set_safety(CURL *curl, const char *ca)
{
    return SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_FOLLOWLOCATION, 0L) &&
           SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) && SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
           SET(CURLOPT_SSL_VERIFYPEER, 1L) && SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           (ca == NULL || (SET(CURLOPT_CAINFO, ca) && SET(CURLOPT_CAPATH, NULL))) &&
           SET(CURLOPT_USERAGENT, "driftline/" DRIFTLINE_VERSION);
}

#undef SET
