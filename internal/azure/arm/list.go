package arm

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
)

// List reads the objects of a collection (armid.ID.Collection) page by page, as they are asked for. The query may be nil. An error, an
// *armerr.Error mostly, is the last element.
func (c *Client) List(ctx context.Context, path, apiVersion string, query url.Values) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		answer, err := c.ask(ctx, http.MethodGet, path, apiVersion, query, nil)
		for seen := map[string]bool{}; ; {
			if err != nil {
				yield(nil, err)
				return
			}
			page, _ := answer.body["value"].([]any)
			for _, element := range page {
				if object, ok := element.(Object); ok && !yield(object, nil) {
					return
				}
			}
			next, _ := answer.body["nextLink"].(string)
			if next == "" {
				return
			}
			if seen[next] {
				yield(nil, fmt.Errorf("GET %s: the pages of the list go round in circles", path))
				return
			}
			seen[next] = true
			answer, err = c.follow(ctx, next)
		}
	}
}

// follow reads what a link of Azure leads to.
func (c *Client) follow(ctx context.Context, link string) (*reply, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(link, "/") {
		link = conn.endpoint + link
	}
	return conn.send(ctx, http.MethodGet, link, nil)
}
