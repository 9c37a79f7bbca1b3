#include "kube/kubeconfig.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "kube/base64.h"

namespace pawl::kube {
namespace {

namespace fs = std::filesystem;

class KubeconfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir = fs::path(::testing::TempDir()) / ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(dir);
    fs::create_directories(dir);
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(dir / name) << text;
    return (dir / name).string();
  }
  static std::string config(const std::string& cluster, const std::string& user) {
    return "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u, namespace: n}}]\n"
           "clusters: [{name: k, cluster: {" +
           cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\nunknown: {a: 1}\n";
  }
  [[nodiscard]] Result<Connection> resolve(const ConnectionChoice& choice = {}) const {
    return resolve_connection(choice, [this](const std::string& name) -> std::optional<std::string> {
      const auto it = environment.find(name);
      return it == environment.end() ? std::nullopt : std::optional(it->second);
    });
  }
  [[nodiscard]] Result<Connection> resolve_file(const std::string& text) const {
    ConnectionChoice choice;
    choice.kubeconfig = write("config", text);
    return resolve(choice);
  }
  [[nodiscard]] std::string problem_of(const std::string& cluster, const std::string& user) const {
    const auto got = resolve_file(config(cluster, user));
    return got ? "no problem" : got.error().message;
  }
  void be_in_a_pod() {
    environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
    environment["KUBERNETES_SERVICE_PORT"] = "443";
  }
  [[nodiscard]] ConnectionChoice pod_choice() const {
    ConnectionChoice choice;
    choice.service_account_dir = dir.string();
    return choice;
  }

  fs::path dir;
  std::map<std::string, std::string> environment;
};

TEST_F(KubeconfigTest, ReadsServerTokenAndNamespace) {
  const auto got = resolve_file(config("server: 'https://h:6443/prefix', tls-server-name: s", "token: t"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->server, "https://h:6443/prefix");
  EXPECT_EQ(got->tls_server_name, "s");
  EXPECT_EQ(got->token, "t");
  EXPECT_EQ(got->ns, "n");
  EXPECT_EQ(got->user_kind, "token");
}

TEST_F(KubeconfigTest, DecodesDataAndReadsFilesBesideTheConfiguration) {
  write("key.pem", "the key");
  const auto got = resolve_file(config("server: 'https://h', certificate-authority-data: dGhlIENB",
                                       "client-certificate-data: dGhlIGNlcnQ=, client-key: key.pem"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->ca_pem, "the CA");
  EXPECT_EQ(got->client_cert_pem, "the cert");
  EXPECT_EQ(got->client_key_pem, "the key");
  EXPECT_EQ(got->user_kind, "client certificate");
}

TEST_F(KubeconfigTest, ResolvesATokenFileBesideTheConfiguration) {
  const std::string token = write("tok", "abc");
  const auto got = resolve_file(config("server: 'https://h'", "tokenFile: tok"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->token_file, token);
}

TEST_F(KubeconfigTest, NamesTheFieldThatIsWrong) {
  const std::string server = "server: 'https://h'";
  const auto names = [&](const std::string& cluster, const std::string& user, const std::string& field) {
    const std::string problem = problem_of(cluster, user);
    EXPECT_NE(problem.find(field + ":"), std::string::npos) << problem;
    EXPECT_NE(problem.find("config"), std::string::npos) << problem;
  };
  names("tls-server-name: x", "token: t", "server");
  names("server: 'h:1'", "token: t", "server");
  names(server + ", certificate-authority: a, certificate-authority-data: YQ==", "token: t", "certificate-authority");
  names(server + ", certificate-authority-data: '!!'", "token: t", "certificate-authority-data");
  names(server + ", certificate-authority: missing.pem", "token: t", "certificate-authority");
  names(server + ", certificate-authority-data: YQ==, insecure-skip-tls-verify: true", "", "insecure-skip-tls-verify");
  names(server + ", insecure-skip-tls-verify: maybe", "", "insecure-skip-tls-verify");
  names(server + ", proxy-url: 'http://p'", "token: t", "proxy-url");
  names(server, "client-certificate-data: YQ==", "client-key");
  names(server, "client-key-data: YQ==", "client-certificate");
  names(server, "tokenFile: missing", "tokenFile");
}

TEST_F(KubeconfigTest, RefusesWhatThisVersionCannotDo) {
  const std::string server = "server: 'https://h'";
  EXPECT_NE(problem_of(server, "exec: {command: aws}").find("not supported in this version"), std::string::npos);
  EXPECT_NE(problem_of(server, "auth-provider: {name: gcp}").find("not supported in this version"), std::string::npos);
  EXPECT_NE(problem_of(server, "token: t, as: root").find("impersonation"), std::string::npos);
  EXPECT_NE(problem_of(server, "username: a, password: b").find("username"), std::string::npos);
}

TEST_F(KubeconfigTest, TakesEachNameFromTheFirstFileThatDefinesIt) {
  const std::string first = write("a", "current-context: c\nusers: [{name: u, user: {token: first}}]\n");
  const std::string second = write("b", config("server: 'https://second'", "token: second, tokenFile: nowhere"));
  environment["KUBECONFIG"] = ":" + first + ":" + (dir / "missing").string() + ":" + second + ":" + first;
  const auto got = resolve();
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->token, "first");
  EXPECT_TRUE(got->token_file.empty());
  EXPECT_EQ(got->server, "https://second");
}

TEST_F(KubeconfigTest, PrefersTheExplicitPathThenTheListThenThePodThenHome) {
  fs::create_directories(dir / ".kube");
  write(".kube/config", config("server: 'https://home'", "token: t"));
  environment["HOME"] = dir.string();
  EXPECT_EQ(resolve()->server, "https://home");
  be_in_a_pod();
  write("token", "t");
  write("ca.crt", "pem");
  write("namespace", "pawl-system\n");
  const auto pod = resolve(pod_choice());
  ASSERT_TRUE(pod) << pod.error().message;
  EXPECT_EQ(pod->server, "https://[fd00::1]:443");
  EXPECT_EQ(pod->ns, "pawl-system");
  EXPECT_EQ(pod->ca_pem, "pem");
  environment["KUBECONFIG"] = write("listed", config("server: 'https://listed'", "token: t"));
  EXPECT_EQ(resolve()->server, "https://listed");
  EXPECT_EQ(resolve_file(config("server: 'https://explicit'", "token: t"))->server, "https://explicit");
}

TEST_F(KubeconfigTest, RefusesAPodWithoutItsCa) {
  be_in_a_pod();
  write("token", "t");
  EXPECT_NE(resolve(pod_choice()).error().message.find("ca.crt"), std::string::npos);
}

TEST_F(KubeconfigTest, RefusesAnExplicitFileThatIsMissingOrMalformed) {
  ConnectionChoice choice;
  choice.kubeconfig = (dir / "missing").string();
  EXPECT_FALSE(resolve(choice));
  for (const char* text : {"", "[1, 2]", "a: [", "current-context: [x]", "current-context: c\ncontexts: 7",
                           "current-context: c\ncontexts: [7, {name: c, context: 3}]"}) {
    const auto got = resolve_file(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().kind, ErrorKind::Invalid) << text;
  }
}

TEST_F(KubeconfigTest, ChoosesAnotherContextWhenAsked) {
  ConnectionChoice choice;
  choice.kubeconfig = write("config", config("server: 'https://h'", "token: t"));
  choice.context = "other";
  EXPECT_NE(resolve(choice).error().message.find("no context named other"), std::string::npos);
}

TEST_F(KubeconfigTest, SaysWhereItLookedWhenThereIsNothing) {
  EXPECT_NE(resolve().error().message.find("no configuration"), std::string::npos);
}

TEST(Base64, DecodesOnlyWellFormedText) {
  EXPECT_EQ(base64_decode("TWFu"), "Man");
  EXPECT_EQ(base64_decode("TWE="), "Ma");
  EXPECT_EQ(base64_decode("TQ==\n"), "M");
  EXPECT_EQ(base64_decode(""), "");
  for (const char* text : {"TWF", "T===", "TQ==TQ==", "T=Q=", "TW-u"}) EXPECT_FALSE(base64_decode(text)) << text;
}

}  // namespace
}  // namespace pawl::kube
