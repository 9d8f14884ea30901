package tf

import "testing"

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "no such image": "No such image.", "127.0.0.1:5000: no": "127.0.0.1:5000: no.", `"a" is taken`: `"a" is taken.`, "Done.": "Done.",
		"localhost:5000/app:v1: no such tag": "localhost:5000/app:v1: no such tag.", "registry.example.com: no": "registry.example.com: no.",
		"reading: no": "Reading: no.", "it ended. Its log:\nboom": "It ended. Its log:\nboom",
	} {
		if got := Sentence(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
