package containerregistry

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/arm"
	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
	"github.com/containerhosts/terraform-provider-containers/internal/docker"
	"github.com/containerhosts/terraform-provider-containers/internal/docker/recipe"
	published "github.com/containerhosts/terraform-provider-containers/internal/registry/managed"
	"github.com/containerhosts/terraform-provider-containers/internal/tf"
)

// buildRun is a run of the registry in progress.
type buildRun struct {
	*published.Operation
	client *arm.Client
	tags   []string

	// name is Azure's id of the run, empty before there is one.
	name string
}

func (b *buildRun) registry() string { return b.Values.String(parent) }

func (b *buildRun) options() tf.Values { return b.Values.Object(buildName) }

// build has Azure build and push, and returns the digest.
func (b *buildRun) build(ctx context.Context) (digest string, err error) {
	body, err := b.request(ctx)
	if err != nil {
		return "", err
	}
	before, _, err := b.Registries.Find(ctx, b.Target)
	if err != nil {
		return "", err
	}
	asked := time.Now()
	scheduled, err := b.schedule(ctx, body)
	if armerr.IsUnanswered(err) {
		var quiet bool
		if digest, quiet, err = b.unheard(ctx, asked, before.Digest, err); err == nil || !quiet {
			return digest, err
		}
		// It has not begun, or was in vain.
		scheduled, err = b.schedule(ctx, body)
	}
	if err != nil {
		return "", err
	}
	b.name, _ = arm.Inside(scheduled, "properties")["runId"].(string)
	run, err := b.until(ctx, b.name)
	if err != nil {
		return b.abandoned(ctx, before.Digest, err)
	}
	return b.outcome(ctx, run)
}

// schedule has the run begin. It is not cut off half-way: nobody would know the run.
func (b *buildRun) schedule(ctx context.Context, body arm.Object) (arm.Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	short, cancel := docker.Short(ctx)
	defer cancel()
	return b.client.Act(short, b.registry()+"/scheduleRun", tasksVersion, body)
}

// outcome is the digest that a run has pushed, or why it has pushed none.
func (b *buildRun) outcome(ctx context.Context, run arm.Object) (string, error) {
	if statusOf(run) != succeeded {
		return "", b.failed(ctx, run)
	}
	if digest := b.digestIn(run); digest != "" {
		return digest, nil
	}
	// Azure shows images only where they have a base.
	digest, there, err := b.pushed(ctx)
	if err == nil && !there {
		err = errNoTag
	}
	return digest.String(), err
}

// request is what Azure is asked for, after the context was uploaded.
func (b *buildRun) request(ctx context.Context) (arm.Object, error) {
	options := b.options()
	body := arm.Object{
		"type": "DockerBuildRequest", "isPushEnabled": true, "platform": platformBody(options.String("platform")),
		"arguments": b.arguments(), "noCache": options.Bool("no_cache"),
	}
	var names []any
	for _, tag := range b.tags {
		names = append(names, b.Target.RepositoryStr()+":"+tag)
	}
	body["imageNames"] = names
	for name, value := range map[string]string{"target": options.String("target"), "agentPoolName": b.Values.String(agentPool)} {
		if value != "" {
			body[name] = value
		}
	}
	if seconds := b.Values.Int(runTimeout); seconds != 0 {
		body["timeout"] = seconds
	}
	if credentials := b.credentials(); len(credentials) > 0 {
		body["credentials"] = credentials
	}
	if from := options.String(contextURL); from != "" {
		body["sourceLocation"], body["dockerFilePath"] = from, "Dockerfile"
		if file := options.String("dockerfile"); file != "" {
			body["dockerFilePath"] = file
		}
		return body, nil
	}
	var err error
	body["sourceLocation"], body["dockerFilePath"], err = b.upload(ctx)
	return body, err
}

func (b *buildRun) arguments() []any {
	all := []any{}
	for _, one := range sortedArguments(b.options().StringMap("args")) {
		all = append(all, arm.Object{"name": one.name, "value": one.value, "isSecret": false})
	}
	for _, one := range sortedArguments(b.Config.Object(buildName).StringMap(secretArgs)) {
		all = append(all, arm.Object{"name": one.name, "value": one.value, "isSecret": true})
	}
	return all
}

// credentials are what the run enters registries with.
func (b *buildRun) credentials() arm.Object {
	all := arm.Object{}
	if identity := b.Values.String(asIdentity); identity != "" {
		all["sourceRegistry"] = arm.Object{"identity": identity}
	}
	hosts := arm.Object{}
	for host, login := range b.logins() {
		opaque := func(value string) arm.Object { return arm.Object{"type": "Opaque", "value": value} }
		hosts[host] = arm.Object{"userName": opaque(login.name), "password": opaque(login.value)}
	}
	if len(hosts) > 0 {
		all["customRegistries"] = hosts
	}
	return all
}

// logins are the users and passwords of other registries, by host. The configuration has those that are write-only too.
func (b *buildRun) logins() map[string]argument {
	all := map[string]argument{}
	hosts, _ := b.Config[customHosts].(types.Map)
	for host := range hosts.Elements() {
		login := tf.Values(hosts.Elements()).Object(host)
		all[host] = argument{login.String("username"), passwordOf(login, login)}
	}
	return all
}

// upload packs the context and brings it to Azure. It returns where that is, and the path of the Dockerfile in it.
func (b *buildRun) upload(ctx context.Context) (location, dockerfile string, err error) {
	from, err := recipeOf(b.Values, b.Config).Open(ctx)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	packed, err := pack(ctx, from)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, packed.Close(), os.Remove(packed.Name())) }()
	given, err := b.post(ctx, b.registry()+"/listBuildSourceUploadUrl")
	if err != nil {
		return "", "", err
	}
	signed, _ := given["uploadUrl"].(string)
	location, _ = given["relativePath"].(string)
	if err := b.client.Upload(ctx, signed, packed); err != nil {
		return "", "", fmt.Errorf("the context cannot be uploaded: %w", err)
	}
	return location, from.TarDockerfile(), nil
}

// pack writes the context into a temporary file: its length has to be known before it is sent, and it may be sent more than once.
func pack(ctx context.Context, from *recipe.Source) (file *os.File, err error) {
	if file, err = os.CreateTemp("", "context-*.tar.gz"); err != nil {
		return nil, fmt.Errorf("there is no place for the packed context: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	content := from.Tar(ctx)
	compressed := gzip.NewWriter(file)
	_, err = io.Copy(compressed, content)
	err = errors.Join(err, content.Close(), compressed.Close())
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	return file, err
}

// tries is how often a request is sent that does no harm twice.
const tries = 3

// post sends a request that does no harm where Azure has heard it already.
func (b *buildRun) post(ctx context.Context, path string) (arm.Object, error) {
	for try := 1; ; try++ {
		result, err := b.client.Act(ctx, path, tasksVersion, nil)
		if !armerr.IsUnanswered(err) || try == tries || ctx.Err() != nil {
			return result, err
		}
	}
}

func (b *buildRun) path(run string) string { return b.registry() + "/runs/" + run }

// succeeded is the state of a run that has ended well.
const succeeded = "Succeeded"

func statusOf(run arm.Object) string {
	status, _ := arm.Inside(run, "properties")["status"].(string)
	return status
}

func ended(run arm.Object) bool {
	return slices.Contains([]string{succeeded, "Failed", "Canceled", "Error", "Timeout"}, statusOf(run))
}

func (b *buildRun) until(ctx context.Context, run string) (arm.Object, error) {
	return b.client.WaitUntil(ctx, b.path(run), tasksVersion, func(seen arm.Object) (bool, error) { return ended(seen), nil })
}

// abandoned is for a run that is not waited for any more: the user does not, the time is over, or Azure does not answer. It is cancelled:
// what it would still push would be nobody's. One that has ended well before that has ended well.
func (b *buildRun) abandoned(ctx context.Context, before v1.Hash, why error) (string, error) {
	short, cancel := docker.Short(ctx)
	defer cancel()
	_, lost := b.post(short, b.path(b.name)+"/cancel")
	run, err := b.until(short, b.name)
	switch {
	case err == nil && statusOf(run) == "Canceled":
		return "", fmt.Errorf("the run %s was cancelled: %w", b.name, why)
	case err == nil:
		return b.outcome(short, run)
	}
	return b.changed(short, before, errors.Join(why, fmt.Errorf("the run %s could not be cancelled and may go on. %s", b.name, advice), lost))
}

// advice is what to do where a run may still push.
const advice = "If it has made the tag by the next apply, import that, or set overwrite"

// changed is what the target's tag points to, if that is something else than before. Else it returns the error.
func (b *buildRun) changed(ctx context.Context, before v1.Hash, otherwise error) (string, error) {
	found, there, err := b.pushed(ctx)
	if err == nil && there && found != before {
		return found.String(), nil
	}
	return "", errors.Join(otherwise, err)
}

// digestIn is what the run says that it pushed under the target's tag.
func (b *buildRun) digestIn(run arm.Object) string {
	images, _ := arm.Inside(run, "properties")["outputImages"].([]any)
	for _, one := range images {
		image := arm.Inside(one)
		if image["repository"] == b.Target.RepositoryStr() && image["tag"] == b.Target.TagStr() {
			digest, _ := image["digest"].(string)
			return digest
		}
	}
	return ""
}

// pushed is what the registry has under the target's tag.
func (b *buildRun) pushed(ctx context.Context) (digest v1.Hash, there bool, err error) {
	b.Registries.Forget(b.Target.Repository)
	found, there, err := b.Registries.Find(ctx, b.Target)
	return found.Digest, there, err
}

// unheard is for a run of which Azure did not tell that it has begun: all builds of the registry that were begun since then and go on are
// waited for, if nobody stops that for a short while only. If the tag points to something else then, it was ours. Quiet tells that nothing
// goes on, so that the run may be begun anew.
func (b *buildRun) unheard(ctx context.Context, since time.Time, before v1.Hash, lost error) (digest string, quiet bool, err error) {
	short, cancel := docker.Short(ctx)
	defer cancel()
	patient := ctx
	if ctx.Err() != nil {
		patient = short
	}
	going, err := b.going(short, since)
	for _, run := range going {
		_, failed := b.until(patient, run)
		err = errors.Join(err, failed)
	}
	quiet = err == nil && ctx.Err() == nil
	digest, err = b.changed(short, before, errors.Join(lost, err, errUnheard))
	return digest, quiet, err
}

// clocks is how far the clock of this machine may be off: with more than that, nobody logs in to Azure.
const clocks = 15 * time.Minute

// going are the names of the runs of the registry that go on and were begun since a time. Azure lists the newest first, page by page.
func (b *buildRun) going(ctx context.Context, since time.Time) (names []string, err error) {
	for run, err := range b.client.List(ctx, b.registry()+"/runs", tasksVersion, nil) {
		if err != nil {
			return names, err
		}
		text, _ := arm.Inside(run, "properties")["createTime"].(string)
		if begun, err := time.Parse(time.RFC3339, text); err == nil && begun.Before(since.Add(-clocks)) {
			return names, nil
		}
		if name, _ := run["name"].(string); !ended(run) {
			names = append(names, name)
		}
	}
	return names, nil
}

var errUnheard = errors.New("a run may have begun all the same. " + advice)

// logLines is how many of the last lines of a log are shown.
const logLines = 30

// failed says why a run has not ended well, with the end of its log.
func (b *buildRun) failed(ctx context.Context, run arm.Object) error {
	text := fmt.Sprintf("the run %s has ended as %s", b.name, statusOf(run))
	if message, _ := arm.Inside(run, "properties")["runErrorMessage"].(string); message != "" {
		text += ": " + message
	}
	log, err := b.log(ctx)
	switch {
	case err != nil:
		text += ".\n\nIts log cannot be had: " + err.Error()
	case log != "":
		text += ".\n\nThe end of its log:\n" + log
	}
	return &tf.InputError{At: path.Root(buildName), Summary: "Unable to build the image", Err: errors.New(b.discreet(text))}
}

func (b *buildRun) log(ctx context.Context) (string, error) {
	given, err := b.post(ctx, b.path(b.name)+"/listLogSasUrl")
	if err != nil {
		return "", err
	}
	signed, _ := given["logLink"].(string)
	content, err := b.client.Download(ctx, signed)
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(content), "\r", "")), "\n")
	return strings.Join(lines[max(0, len(lines)-logLines):], "\n"), err
}

// discreet is a text without the secrets that the run was given.
func (b *buildRun) discreet(text string) string {
	var secrets []string
	for _, one := range sortedArguments(b.Config.Object(buildName).StringMap(secretArgs)) {
		secrets = append(secrets, one.value)
	}
	for _, login := range b.logins() {
		secrets = append(secrets, login.value)
	}
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "(sensitive)")
		}
	}
	return text
}
