#include "cli/certificate.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "support/cmocka.h"

enum { VALID_SECONDS = 24 * 3600 };

struct test_tls_server {
    struct MHD_Daemon *daemon;
    const char *json;
    atomic_uint requests;
};

/* ---- the certificate ---- */

static void add_extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *make_certificate(EVP_PKEY *key, const char *address)
{
    X509 *certificate = X509_new();
    char subject[64];
    X509_NAME *name;

    assert_non_null(certificate);
    snprintf(subject, sizeof subject, "IP:%s", address);
    name = X509_get_subject_name(certificate);
    assert_int_equal(X509_set_version(certificate, 2), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), -VALID_SECONDS));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_SECONDS));
    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"driftline test", -1, -1, 0), 1);
    assert_int_equal(X509_set_issuer_name(certificate, name), 1);
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, NID_subject_alt_name, subject);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

/* What was written to a BIO, as a file of the folder and as a string. */
static const char *keep(struct test_directory *directory, const char *name, BIO *memory)
{
    char *bytes = NULL;
    long length = BIO_get_mem_data(memory, &bytes);
    struct text content = {bytes, (size_t)length};
    const char *copy = arena_string(&directory->arena, content);

    assert_true(length > 0);
    assert_non_null(copy);
    test_directory_write(directory, name, content);
    BIO_free(memory);
    return copy;
}

/* ---- the server ---- */

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    struct test_tls_server *server = context;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(server->json), (void *)server->json, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result;

    (void)url, (void)method, (void)version, (void)upload, (void)upload_size, (void)state;
    atomic_fetch_add(&server->requests, 1);
    MHD_add_response_header(response, "Content-Type", "application/json");
    result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

/* Handshakes that fail are what is tested here: nothing to tell. */
static void say_nothing(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
}

struct test_tls_server *test_tls_server_start(struct test_directory *directory, const char *address, const char *json)
{
    struct test_tls_server *server = mem_alloc(sizeof *server);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key, address);
    BIO *key_pem = BIO_new(BIO_s_mem()), *certificate_pem = BIO_new(BIO_s_mem());
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    assert_non_null(server);
    *server = (struct test_tls_server){.json = json};
    assert_int_equal(PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_bio_X509(certificate_pem, certificate), 1);
    server->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS | MHD_USE_ERROR_LOG, 0, NULL, NULL, answer,
                         server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_SOCK_ADDR, &loopback,
                         MHD_OPTION_HTTPS_MEM_KEY, keep(directory, "key.pem", key_pem), MHD_OPTION_HTTPS_MEM_CERT,
                         keep(directory, "certificate.pem", certificate_pem), MHD_OPTION_END);
    assert_non_null(server->daemon);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return server;
}

unsigned test_tls_server_port(const struct test_tls_server *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

unsigned test_tls_server_stop(struct test_tls_server *server)
{
    unsigned requests;

    MHD_stop_daemon(server->daemon);
    requests = atomic_load(&server->requests);
    mem_free(server);
    return requests;
}
