package containerinstance

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// command is what is to be run.
type command struct {
	group, container, shell string
	words                   []string

	client *arm.Client
	output output
	// started tells that there is something to interrupt.
	started bool
}

// said is an error as a diagnostic has it. Of the command, it shows the program alone.
func (c *command) said(err error) string {
	what := fmt.Sprintf("%q", c.words[0])
	if c.container != "" {
		what += fmt.Sprintf(" in container %q", c.container)
	}
	text := what + ": " + tf.Sentence(armerr.Describe(err))
	switch {
	case c.started && errors.Is(err, context.DeadlineExceeded):
		text = what + " did not end in time." + interrupted + " Set timeouts.invoke to give it more time."
	case c.started && errors.Is(err, context.Canceled):
		text = what + " was stopped." + interrupted
	case errors.Is(err, errNoShell):
		text += fmt.Sprintf(" If the image does not have the shell %s, set shell to one that it has.", c.shell)
	}
	return text + c.output.end()
}

const interrupted = " It was interrupted as by Ctrl-C, and goes on if it does not heed that."

// do runs the command. It returns an error with the attribute that it is about.
func (c *command) do(ctx context.Context) (path.Path, error) {
	if err := c.find(ctx); err != nil {
		return path.Root("container"), err
	}
	code, err := c.run(ctx)
	switch {
	case errors.Is(err, errNoShell):
		return path.Root("shell"), err
	case err != nil || code == 0:
		return path.Root("command"), err
	}
	return path.Root("command"), failedWith(code)
}

// failedWith is the exit code of a command that failed, with what shells mean by it.
func failedWith(code int) error {
	hint := map[int]string{126: ": it cannot be run", 127: ": there is no such program in the container"}[code]
	return fmt.Errorf("it ended with exit code %d%s", code, hint)
}

// find wants the container to be there, and to run.
func (c *command) find(ctx context.Context) error {
	live, err := c.client.Get(ctx, c.group, version)
	if err != nil {
		return err
	}
	g := groupOf(live)
	var names []string
	for _, one := range g.Properties.Containers {
		names = append(names, one.Name)
	}
	if strings.EqualFold(g.Properties.OSType, "Windows") {
		return errWindows
	}
	if c.container == "" && len(names) == 1 {
		c.container = names[0]
	}
	for _, one := range g.Properties.Containers {
		if one.Name == c.container {
			return one.running()
		}
	}
	return fmt.Errorf("set container to one that the group has: %s", strings.Join(names, ", "))
}

var errWindows = errors.New("it runs Windows, which has no shell that tells how a command ended")

// running is an error where a container does not run.
func (c instance) running() error {
	now := c.Properties.InstanceView.CurrentState
	switch now.State {
	case "Running":
		return nil
	case "Terminated":
		return fmt.Errorf("the container does not run: it ended with exit code %d", now.ExitCode)
	case "":
		return errors.New("the container does not run: the group is stopped")
	}
	return fmt.Errorf("the container does not run: it is %s", strings.TrimSpace(now.State+" "+now.DetailStatus))
}

// terminalRows and terminalColumns are the size of the terminal: programs break their lines where it ends.
const terminalRows, terminalColumns = 50, 200

// run runs the command in a shell, and returns its exit code.
func (c *command) run(ctx context.Context) (int, error) {
	began, err := c.client.Act(ctx, c.group+"/containers/"+c.container+"/exec", version, arm.Object{
		"command": c.shell, "terminalSize": arm.Object{"rows": terminalRows, "cols": terminalColumns},
	})
	if err != nil {
		return 0, err
	}
	address, _ := began["webSocketUri"].(string)
	password, _ := began["password"].(string)
	socket, err := c.client.Dial(ctx, address)
	if err != nil {
		return 0, err
	}
	defer socket.Close()
	if err := socket.Write(ctx, password); err != nil {
		return 0, err
	}
	c.started = true
	return newTerminal(socket, c.words, &c.output).run(ctx)
}
