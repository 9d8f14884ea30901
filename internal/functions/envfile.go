package functions

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/docker/cli/pkg/kvfile"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func parseEnvFile() pure {
	return pure{
		name: "parse_env_file",
		definition: function.Definition{
			Summary: "Read the text of a file of environment variables",
			MarkdownDescription: "Reads the text of a file of environment variables as `docker run --env-file` does, and returns a map. " +
				"Each line is `KEY=value`:\n\n" +
				"- Blank lines and lines that begin with `#` are left out, and so is white space at the beginning of a line.\n" +
				"- The value is everything behind the first `=`, as it stands: quotes, `#`, `$` and white space belong to it.\n" +
				"- The last line of a key wins.\n" +
				"- A line with a `KEY` alone is left out. The Docker CLI takes such a value from its environment; this function reads " +
				"none, as its result may depend on its argument only.\n\n" +
				"A line without a key, or with white space in it (`export KEY=value`), is an error that names the line. " +
				"It does not show it, as such files have secrets.",
			Parameters: []function.Parameter{function.StringParameter{
				Name:                "text",
				MarkdownDescription: "The text, for example `file(\"app.env\")`.",
			}},
			Return: function.MapReturn{ElementType: types.StringType},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var text string
			if err := args.Get(ctx, &text); err != nil {
				return nil, err
			}
			variables, err := envOf(text)
			if err != nil {
				return nil, wrong(0, err.Error())
			}
			return variables, nil
		},
	}
}

// envOf reads one line at a time, as the library names no lines in its errors. It returns an error that does.
func envOf(text string) (map[string]string, error) {
	variables := map[string]string{}
	begin := ""
	for i, line := range strings.Split(text, "\n") {
		read, err := kvfile.ParseFromReader(strings.NewReader(begin+line), nil)
		if err != nil {
			return nil, fmt.Errorf("line %d %s", i+1, fault(line, err))
		}
		for _, pair := range read {
			key, value, _ := strings.Cut(pair, "=")
			variables[key] = value
		}
		// The library takes a byte order mark off the first line of what it reads, and off no other.
		begin = "\n"
	}
	return variables, nil
}

// fault says what is wrong with a line, without its text: the error of the library shows it.
func fault(line string, err error) string {
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Sprintf("is too long: write at most %d bytes", bufio.MaxScanTokenSize-1)
	case strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "="):
		return "has no name before the \"=\": write KEY=value, or begin a comment with #"
	}
	return "has white space in or behind the name: write KEY=value, without \"export\" and without blanks before the \"=\""
}
