package slacktest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Client returns a client whose requests reach the workspace without a network, whatever their
// host: for examples, and for tests in which no time passes. The end of a request's context is seen
// before the request is carried out, and not after.
func (w *Workspace) Client() *http.Client { return &http.Client{Transport: direct{w}} }

type direct struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper]. A handler that aborts leaves a broken response.
func (d direct) RoundTrip(r *http.Request) (response *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}

	out := &recorder{header: http.Header{}, status: http.StatusOK}
	body := func() io.Reader { return &out.body }
	defer func() {
		if r := recover(); r == http.ErrAbortHandler {
			body = func() io.Reader { return io.MultiReader(&out.body, broken{}) }
		} else if r != nil {
			err = fmt.Errorf("the handler panicked: %v", r)
			return
		}
		response = &http.Response{
			Status: http.StatusText(out.status), StatusCode: out.status,
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: out.header, Body: io.NopCloser(body()), ContentLength: -1, Request: r,
		}
	}()
	d.handler.ServeHTTP(out, r)
	return nil, nil
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// broken is the rest of a response that broke off.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
