package functions_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/containerhosts/terraform-provider-containers/internal/acctest"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/core"
	"github.com/containerhosts/terraform-provider-containers/internal/acctest/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Main(m)) }

const pin = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

func server(t *testing.T) *core.Server {
	t.Helper()
	return core.NewServer(t, acctest.Server, nil)
}

// refused wants an error on an argument that says each of the texts.
func refused(t *testing.T, function string, argument int64, says []string, args ...any) {
	t.Helper()
	out, err := server(t).TryCall(t, function, args...)
	if err == nil {
		t.Fatalf("%s(%q) is %v", function, args, out)
	}
	if err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Errorf("the error is on argument %v, want %d", err.FunctionArgument, argument)
	}
	// Terraform ends the sentence.
	if strings.HasSuffix(err.Text, ".") {
		t.Errorf("%q ends twice", err.Text)
	}
	for _, text := range says {
		if !strings.Contains(err.Text, text) {
			t.Errorf("%q does not say %q", err.Text, text)
		}
	}
}

func TestParseReference(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]any{
		"nginx":                          {"docker.io", "library/nginx", "latest", nil, "docker.io/library/nginx:latest", "nginx:latest"},
		"nginx:1.27":                     {"docker.io", "library/nginx", "1.27", nil, "docker.io/library/nginx:1.27", "nginx:1.27"},
		"index.docker.io/bitnami/redis":  {"docker.io", "bitnami/redis", "latest", nil, "docker.io/bitnami/redis:latest", "bitnami/redis:latest"},
		"localhost/app":                  {"localhost", "app", "latest", nil, "localhost/app:latest", "localhost/app:latest"},
		"example.com:5000/a":             {"example.com:5000", "a", "latest", nil, "example.com:5000/a:latest", "example.com:5000/a:latest"},
		"ghcr.io/a/b@" + pin:             {"ghcr.io", "a/b", nil, pin, "ghcr.io/a/b@" + pin, "ghcr.io/a/b@" + pin},
		"ghcr.io/a/b:v1@" + pin:          {"ghcr.io", "a/b", "v1", pin, "ghcr.io/a/b@" + pin, "ghcr.io/a/b@" + pin},
		"[2001:db8::1]:5000/app:v1":      {"[2001:db8::1]:5000", "app", "v1", nil, "[2001:db8::1]:5000/app:v1", "[2001:db8::1]:5000/app:v1"},
		"registry.example.com/app:v1_2.": {"registry.example.com", "app", "v1_2.", nil, "registry.example.com/app:v1_2.", "registry.example.com/app:v1_2."},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			name, _ := want[0].(string)
			repository, _ := want[1].(string)
			expected := map[string]any{
				"registry": want[0], "repository": want[1], "name": name + "/" + repository, "tag": want[2], "digest": want[3],
				"normalized": want[4], "familiar": want[5],
			}
			s := server(t)
			if diff := cmp.Diff(expected, s.Call(t, "parse_reference", text)); diff != "" {
				t.Error(diff)
			}
			if got := s.Call(t, "normalize_reference", text); got != want[4] {
				t.Errorf("normalize_reference gives %v, want %v", got, want[4])
			}
			if got, want := s.Call(t, "with_digest", text, pin), name+"/"+repository+"@"+pin; got != want {
				t.Errorf("with_digest gives %v, want %v", got, want)
			}
		})
	}
}

func TestBadReference(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"":                        "write for example",
		"Nginx":                   "lowercase",
		"https://example.com/app": "without the scheme",
		"app:" + pin:              "behind an @",
		"app@sha256:123":          "write for example",
		strings.Repeat("a", 64):   "the id of an image",
		pin:                       "the id of an image",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			refused(t, "parse_reference", 0, []string{says}, text)
			refused(t, "normalize_reference", 0, []string{says}, text)
			refused(t, "with_digest", 0, []string{says}, text, pin)
		})
	}
	for _, digest := range []string{"", "latest", strings.TrimPrefix(pin, "sha256:"), strings.ToUpper(pin), "app@" + pin, "md5:" + pin[7:39]} {
		refused(t, "with_digest", 1, []string{"is no digest", "write sha256:"}, "nginx", digest)
	}
}

func TestParseEnvFile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want map[string]any
	}{
		"nothing":            {"", map[string]any{}},
		"comments":           {"# one\n\n  # two\n\t\nA=1\n", map[string]any{"A": "1"}},
		"white space":        {"  A = no\n", nil},
		"leading":            {" \tA=1", map[string]any{"A": "1"}},
		"value as it stands": {"A= \"x\" # $y=z ' \n", map[string]any{"A": " \"x\" # $y=z ' "}},
		"empty value":        {"A=\nB=1", map[string]any{"A": "", "B": "1"}},
		"no value":           {"PATH\nA=1", map[string]any{"A": "1"}},
		"the last one wins":  {"A=1\nA=2\n", map[string]any{"A": "2"}},
		"windows":            {"\ufeffA=1\r\n\r\nB=2\r\n", map[string]any{"A": "1", "B": "2"}},
		"mark in the middle": {"A=1\n\ufeffB=2\n", map[string]any{"A": "1", "\ufeffB": "2"}},
		"any key":            {"a.b-c/ü=1", map[string]any{"a.b-c/ü": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.want == nil {
				refused(t, "parse_env_file", 0, []string{"Line 1 "}, test.text)
				return
			}
			if diff := cmp.Diff(test.want, server(t).Call(t, "parse_env_file", test.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBadEnvFile wants the number of the line, and nothing of its text.
func TestBadEnvFile(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	for line, says := range map[string]string{
		"=" + secret:                              "no name before",
		"  =" + secret:                            "no name before",
		"export KEY=" + secret:                    "white space",
		"KEY " + secret:                           "white space",
		"KEY\t=" + secret:                         "white space",
		"KEY=" + strings.Repeat(secret, 64*1024):  "too long",
		"KEY=" + strings.Repeat("\x00"+secret, 9): "",
	} {
		text := "# first\r\nA=1\n" + line + "\nB=2"
		out, err := server(t).TryCall(t, "parse_env_file", text)
		if says == "" {
			if err != nil {
				t.Errorf("%q: %s", line, err.Text)
			}
			continue
		}
		if err == nil {
			t.Errorf("%.20q gives %v", line, out)
			continue
		}
		if !strings.Contains(err.Text, "Line 3 ") || !strings.Contains(err.Text, says) || strings.Contains(err.Text, secret) {
			t.Errorf("%.20q says %q", line, err.Text)
		}
	}
}

// TestExamples calls the functions as users do.
func TestExamples(t *testing.T) {
	t.Parallel()
	config := ""
	for _, name := range []string{"parse_reference", "normalize_reference", "with_digest", "parse_env_file"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "functions", name, "function.tf"))
		if err != nil {
			t.Fatal(err)
		}
		config += string(text)
	}
	null := knownvalue.Null()
	exactly := knownvalue.StringExact
	acctest.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("whole", exactly("docker.io/library/nginx:latest")),
				statecheck.ExpectKnownOutputValue("pinned", exactly("docker.io/library/nginx@"+pin)),
				statecheck.ExpectKnownOutputValue("env", knownvalue.MapExact(map[string]knownvalue.Check{
					"LEVEL": exactly("info"), "GREETING": exactly(`Hello, "world"`),
				})),
				statecheck.ExpectKnownOutputValue("parts", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"registry": exactly("registry.example.com"), "repository": exactly("team/app"),
					"name": exactly("registry.example.com/team/app"), "tag": exactly("v1"), "digest": null,
					"normalized": exactly("registry.example.com/team/app:v1"), "familiar": exactly("registry.example.com/team/app:v1"),
				})),
			},
		}},
	})
}
