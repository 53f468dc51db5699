package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

const (
	defaultTimeout = 10 * time.Second
	defaultMaxBody = 1 << 20
	maxRedirects   = 5
)

// An HTTP is the source of a landing that a web server reports: in a field of a JSON document,
// which is content, or without one in the Last-Modified header, which is metadata.
//
// A status other than 200, a missing header and a missing field are errors, and never mean that
// nothing landed. Errors name the host alone, for paths and queries may hold secrets. An HTTP is
// safe for concurrent use.
type HTTP struct {
	// URL is what to request, http or https. Required.
	URL string

	// Header is sent with the request, such as an Authorization. It is sent to the host of the URL
	// alone.
	Header http.Header

	// Field is the path of the field in the JSON document: "run.finished_at", "runs[0].at",
	// `["a.b"].at`. A null there means that nothing ever landed. A document that has a key twice in
	// one object is an error. Empty means the Last-Modified header.
	Field string

	// Format is how to read the field.
	Format Format

	// Timeout bounds one look, redirects and body included. Zero means 10 seconds.
	Timeout time.Duration

	// MaxBodyBytes bounds the document; a longer one is an error. Zero means 1 MiB.
	MaxBodyBytes int64

	// RedirectHosts lists further hosts, as they stand in a URL, that a redirect may lead to. The
	// host of the URL is always allowed, except from https to http. The header is not sent to
	// others.
	RedirectHosts []string

	// Transport makes the requests. Nil means http.DefaultTransport.
	Transport http.RoundTripper
}

// Landings makes one request, and returns the landing that the response reports.
func (s HTTP) Landings(ctx context.Context) (freshness.Landings, error) {
	method := http.MethodHead
	if s.Field != "" {
		method = http.MethodGet
	}

	var landed freshness.Landings
	err := s.do(ctx, method, "", func(response *http.Response) (err error) {
		if response.StatusCode != http.StatusOK {
			return badStatus(response)
		}
		if s.Field != "" {
			landed, err = s.field(response.Body)
		} else {
			landed, err = lastModified(response.Header)
		}
		return err
	})
	return landed, err
}

func lastModified(header http.Header) (freshness.Landings, error) {
	text := header.Get("Last-Modified")
	if text == "" {
		return nil, errors.New("no Last-Modified header in the response")
	}
	at, err := http.ParseTime(text)
	if err != nil {
		bad := badValue(text, ErrNotInstant)
		bad.Column = "Last-Modified"
		return nil, bad
	}
	if at, err = inYears(at, text); err != nil {
		return nil, named(err, "Last-Modified", "")
	}
	return freshness.Landings{{At: at, Metadata: true}}, nil
}

// field reads the document and the field in it.
func (s HTTP) field(body io.Reader) (freshness.Landings, error) {
	limit := s.MaxBodyBytes
	if limit <= 0 {
		limit = defaultMaxBody
	}
	text, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, err
	}

	if int64(len(text)) > limit {
		return nil, fmt.Errorf("the document is larger than %d bytes", limit)
	}
	var document any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", err)
	}

	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("the document is not JSON: more follows after it")
	}
	if key, twice := doubled(text); twice {
		return nil, fmt.Errorf("the key %q comes twice in one object of the document", key)
	}

	value, err := find(document, s.Field)
	if err != nil {
		return nil, err
	}
	at, landed, err := s.Format.read(value, "", dialectUnknown)
	if err != nil {
		return nil, named(err, s.Field, "")
	}

	if !landed {
		return nil, nil
	}
	return freshness.Landings{{At: at}}, nil
}

// do sends one request and passes the response to use. Its errors name the host, and nothing else
// of the URL.
func (s HTTP) do(ctx context.Context, method, etag string, use func(*http.Response) error) (err error) {
	defer contain("http:", &err)
	target, err := url.Parse(s.URL)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return errors.New("source: HTTP.URL is not an http or https URL with a host")
	}

	timeout := s.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, s.URL, nil)
	if err != nil {
		return fmt.Errorf("source: http: %s: the request is not valid", target.Host)
	}

	request.Header = s.Header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}

	if err := s.send(request, target, use); err != nil {
		return fmt.Errorf("source: http: %s: %w", target.Host, err)
	}
	return nil
}

// send sends the request, and once more as a GET where the server knows no HEAD.
func (s HTTP) send(request *http.Request, target *url.URL, use func(*http.Response) error) error {
	client := http.Client{Transport: s.Transport, CheckRedirect: s.redirect(target)}
	response, err := client.Do(request)
	if err != nil {
		return withoutURL(err)
	}
	defer response.Body.Close()
	code := response.StatusCode
	none := code == http.StatusMethodNotAllowed || code == http.StatusNotImplemented
	if none && request.Method == http.MethodHead {
		again := request.Clone(request.Context())
		again.Method = http.MethodGet
		return s.send(again, target, use)
	}
	return use(response)
}

// redirect returns the rule for the redirects of a request to target.
func (s HTTP) redirect(target *url.URL) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, before []*http.Request) error {
		same := next.URL.Host == target.Host
		switch {
		case len(before) > maxRedirects:
			return badRedirect("more than %d in a row", maxRedirects)
		case next.URL.Scheme != "https" && (target.Scheme == "https" || next.URL.Scheme != "http"):
			return badRedirect("it leaves https")
		case !same && !slices.Contains(s.RedirectHosts, next.URL.Host):
			return badRedirect("to the host %q", next.URL.Host)
		case !same:
			next.Header = http.Header{}
		}
		next.Header.Del("Referer") // it would carry the query on
		return nil
	}
}

func badRedirect(why string, args ...any) error {
	return fmt.Errorf("a redirect that is not allowed: "+why, args...)
}

func badStatus(response *http.Response) error {
	return fmt.Errorf("the server returned status %d", response.StatusCode)
}

// withoutURL removes what net/http puts around an error: the URL, with its query. An error that
// still holds one is replaced.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if text := err.Error(); strings.Contains(text, "://") || strings.Contains(text, "Location header") {
		return errors.New("the server redirects to a URL that cannot be used")
	}
	return err
}
