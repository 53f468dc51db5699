package httpsend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

const (
	defaultTimeout = 10 * time.Second
	defaultMaxBody = 1 << 20
)

// A Sender posts requests for one announcer. Its zero value works, except for Name.
type Sender struct {
	Name    string        // begins every error, such as "slack"
	Client  *http.Client  // sends; a copy of it does, which follows no redirect. Nil means http.DefaultClient
	Timeout time.Duration // bounds one request, its answer included. Zero means 10 seconds
	MaxBody int64         // bounds an answer, in bytes. Zero means 1 MiB
	Secrets []string      // texts that no error may show; see OfURL
}

// An Answer is a complete response.
type Answer struct {
	Status int         // such as 200
	Header http.Header // in canonical form
	Body   []byte      // at most Sender.MaxBody bytes
}

// Post sends a body and returns the answer, whatever its status; see [Sender.Judge]. Redirects are
// not followed: one is the answer itself. If target is not an https URL with a host, the error is
// permanent. Without a complete answer the request may or may not have been carried out; the error
// then wraps that of the context, if it has ended.
func (s Sender) Post(ctx context.Context, target string, header http.Header, body []byte) (Answer, error) {
	if u, err := url.Parse(target); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return Answer{}, s.Refused("the URL must be https://, with a host and without a user")
	}

	wait := s.Timeout
	if wait <= 0 {
		wait = defaultTimeout
	}
	bounded, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	request, err := http.NewRequestWithContext(bounded, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return Answer{}, s.Refused("the URL is not valid")
	}
	for key, values := range header {
		request.Header[key] = values
	}
	request.Header.Set("User-Agent", "alwaysp1")

	answer, err := s.do(request)
	switch {
	case err == nil:
		return answer, nil
	// The caller's end is no fault of the receiver, and must not be tried again.
	case ctx.Err() != nil:
		return Answer{}, fmt.Errorf("%s: %w", s.Name, context.Cause(ctx))
	case bounded.Err() != nil:
		return Answer{}, s.Retry(0, "no answer within %s", plain.Notation(wait))
	}
	return Answer{}, s.Retry(0, "%s", withoutURL(err))
}

// do sends a request. A client of the caller's that panics has failed. What it panicked with is not
// shown, since it may hold the request and its secrets.
func (s Sender) do(request *http.Request) (answer Answer, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the http.Client panicked")
		}
	}()
	client := http.Client{}
	if s.Client != nil {
		client = *s.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

	response, err := client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	limit := s.MaxBody
	if limit <= 0 {
		limit = defaultMaxBody
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	switch {
	case err != nil:
		return Answer{}, fmt.Errorf("the answer broke off: %w", err)
	case int64(len(text)) > limit:
		return Answer{}, fmt.Errorf("the answer is larger than %d bytes", limit)
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: text}, nil
}

// withoutURL returns the text of an error without the URL that net/http puts around it.
func withoutURL(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return err.Error()
}
