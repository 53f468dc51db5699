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
)

const (
	defaultTimeout = 10 * time.Second
	defaultMaxBody = 1 << 20
)

// A Sender posts requests for one announcer. Its zero value works, but for Name.
type Sender struct {
	Name    string        // begins every error, such as "slack"
	Client  *http.Client  // sends; it is copied, so that its redirect policy stays its own. Nil: http.DefaultClient
	Timeout time.Duration // bounds one request, its answer included. Zero: 10 seconds
	MaxBody int64         // bounds an answer, in bytes. Zero: 1 MiB
	Secrets []string      // what no error may show; see Secrets
}

// An Answer is what came back, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Post sends a body and returns the answer, whatever its status; see [Sender.Judge]. A redirect is an answer: it is not followed.
// The target must be an https URL with a host, or the error is permanent.
// When no answer came back whole, nobody knows whether the request was carried out; the error then wraps that of the context, if it has ended.
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
	case ctx.Err() != nil:
		return Answer{}, fmt.Errorf("%s: %w", s.Name, context.Cause(ctx))
	case bounded.Err() != nil:
		return Answer{}, s.Retry(0, "no answer within %v", wait)
	}
	return Answer{}, s.Retry(0, "%s", withoutURL(err))
}

// do sends a request. A client that panics, for it is the caller's, is one that failed: what it panicked with may hold the request.
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

// withoutURL takes off what net/http puts around an error: the URL.
func withoutURL(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return err.Error()
}
