package arm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/containerhosts/terraform-provider-containers/internal/azure/armerr"
)

const providersVersion = "2021-04-01"

// registrations are the resource providers that were registered, each once in a subscription.
type registrations struct {
	mutex sync.Mutex
	known map[string]*registration
}

// registration is one of them.
type registration struct {
	// turn is held by the one who registers.
	turn chan struct{}
	done bool
	err  error
}

func (r *registrations) of(subscription, namespace string) *registration {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := strings.ToLower(subscription + "/" + namespace)
	if r.known == nil {
		r.known = map[string]*registration{}
	}
	if r.known[key] == nil {
		r.known[key] = &registration{turn: make(chan struct{}, 1)}
	}
	return r.known[key]
}

var (
	unregisteredCodes = []string{
		"MissingSubscriptionRegistration", "MissingRegistrationForResourceProvider", "Subscription Not Registered", "SubscriptionNotRegistered",
	}
	quotedNamespace = regexp.MustCompile(`namespace '([A-Za-z0-9.]+)'`)
)

// unregistered is the resource provider that is missing, which need not be that of the object; nothing if none is.
func unregistered(err error) string {
	var known *armerr.Error
	if !armerr.HasCode(err, unregisteredCodes...) || !errors.As(err, &known) {
		return ""
	}
	if named := quotedNamespace.FindStringSubmatch(known.Message); named != nil {
		return named[1]
	}
	_, after, _ := strings.Cut(strings.ToLower(known.Path), "/providers/")
	namespace, _, _ := strings.Cut(after, "/")
	return known.Path[len(known.Path)-len(after):][:len(namespace)]
}

// register registers a resource provider in the subscription of the path. It returns the cause, with advice, where that is switched off
// or fails.
func (c *Client) register(ctx context.Context, conn *connection, namespace, path string, cause error) error {
	parts := strings.Split(path, "/")
	if len(parts) < 3 || !strings.EqualFold(parts[1], "subscriptions") {
		return cause
	}
	subscription := parts[2]
	command := fmt.Sprintf("az provider register --namespace %s --subscription %s", namespace, subscription)
	if conn.KeepProviders {
		return noted(cause, "Register it ("+command+"), or let this provider register what is missing.")
	}
	one := c.providers.of(subscription, namespace)
	select {
	case one.turn <- struct{}{}:
		defer func() { <-one.turn }()
	case <-ctx.Done():
		return noted(cause, "Another request was still registering it.")
	}
	if !one.done {
		one.err = conn.register(ctx, subscription, namespace)
		one.done = one.err == nil || !armerr.Ended(one.err)
	}
	if one.err != nil {
		return noted(cause, fmt.Sprintf("It could not be registered: %s. Have somebody register it who may: %s", one.err, command))
	}
	return nil
}

// register registers a resource provider and waits until that has an effect.
func (conn *connection) register(ctx context.Context, subscription, namespace string) error {
	path := "/subscriptions/" + subscription + "/providers/" + namespace
	answer, err := conn.send(ctx, http.MethodPost, conn.target(path+"/register", providersVersion, nil), Object{})
	if err != nil {
		return err
	}
	registering := &poll{
		conn: conn, method: http.MethodPost, path: path + "/register", url: conn.target(path, providersVersion, nil),
		state: func(answer *reply) string {
			if state, _ := answer.body["registrationState"].(string); strings.EqualFold(state, "Registered") {
				return succeeded
			}
			return "Registering"
		},
	}
	_, err = registering.wait(ctx, answer.http)
	return err
}

// noted adds to the advice of an error.
func noted(err error, note string) error {
	var known *armerr.Error
	if !errors.As(err, &known) {
		return err
	}
	with := *known
	with.Note = note
	return &with
}
