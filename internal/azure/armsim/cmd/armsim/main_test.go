package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunAroundAProgram(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seen")
	var problems bytes.Buffer
	code, err := run([]string{"run", "-types", "", "--", "sh", "-c", "env > " + file + "; exit 7"}, &bytes.Buffer{}, &problems)
	if code != 7 || err != nil {
		t.Fatalf("ended with %d, %v: %s", code, err, problems.String())
	}
	seen, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HTTPS_PROXY", "SSL_CERT_FILE", "ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET"} {
		if !strings.Contains(string(seen), name+"=") {
			t.Errorf("%s is not set", name)
		}
	}
}

func TestTheMetadataDoorNeedsNoProxy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seen")
	code, err := run([]string{"run", "-types", "", "-door", "metadata", "--", "sh", "-c", "env > " + file}, &bytes.Buffer{}, &bytes.Buffer{})
	if code != 0 || err != nil {
		t.Fatalf("ended with %d, %v", code, err)
	}
	seen, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(seen), "ARM_METADATA_HOSTNAME=127.0.0.1:") || strings.Contains(string(seen), "\nHTTPS_PROXY=http://127.0.0.1") {
		t.Errorf("the environment is %s", seen)
	}
}

func TestWrongArguments(t *testing.T) {
	for _, args := range [][]string{
		{"run"},
		{"sh"},
		{"-door", "back"},
		{"-nothing"},
		{"-types", filepath.Join(t.TempDir(), "none"), "run"},
		{"run", "-types", filepath.Join(t.TempDir(), "none"), "--", "true"},
	} {
		if code, err := run(args, &bytes.Buffer{}, &bytes.Buffer{}); code == 0 || err == nil {
			t.Errorf("%v: ended with %d, %v", args, code, err)
		}
	}
}
