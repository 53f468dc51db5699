package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// defaultBase is where Slack's Web API is.
const defaultBase = "https://slack.com/api/"

// A response is that of a Web API method, as far as it is used here.
type response struct {
	OK       bool     `json:"ok"`
	Error    string   `json:"error"`
	Needed   string   `json:"needed"` // the scope, of missing_scope
	Channel  string   `json:"channel"`
	TS       string   `json:"ts"`
	Messages []posted `json:"messages"`
	Channels []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channels"`
	Metadata struct {
		NextCursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// A posted is a message as Slack lists it.
type posted struct {
	TS       string   `json:"ts"`
	Metadata metadata `json:"metadata"`
}

// A failure is a call that Slack refused. Its code decides what can be done; its error is for
// people and for the desk.
type failure struct {
	code string
	error
}

func (f *failure) Unwrap() error { return f.error }

const rateLimited = "ratelimited"

// limits reports whether a code means that a rate limit was exceeded.
func limits(code string) bool {
	return code == rateLimited || code == "rate_limited" || code == "message_limit_exceeded"
}

// unsure reports whether a call that failed may have been carried out all the same: Slack neither
// refused nor postponed it.
func unsure(err error) bool {
	var f *failure
	return err != nil && !errors.Is(err, incident.ErrPermanent) && !(errors.As(err, &f) && limits(f.code))
}

// is reports whether a call failed with a code of this meaning.
func is(err error, o outcome) bool {
	var f *failure
	return errors.As(err, &f) && means(f.code) == o
}

// foreign reports whether a message belongs to another app. Such a message is of no use, however
// often it is found.
func foreign(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.code == "cant_update_message"
}

// An api calls the methods of Slack's Web API.
type api struct {
	send  httpsend.Sender
	base  string
	token string
}

// post calls a method that writes, which takes JSON.
func (a api) post(ctx context.Context, method string, arguments any) (response, error) {
	body, err := json.Marshal(arguments)
	if err != nil {
		return response{}, a.send.Refused("%s: the message cannot be written as JSON", method)
	}
	return a.call(ctx, method, "application/json; charset=utf-8", body)
}

// read calls a method that reads, which takes a form.
func (a api) read(ctx context.Context, method string, arguments url.Values) (response, error) {
	got, err := a.call(ctx, method, "application/x-www-form-urlencoded", []byte(arguments.Encode()))
	if err == nil && got.Messages == nil && got.Channels == nil {
		err = a.send.Retry(0, "%s: the response is ok but has no list, not even an empty one", method)
	}
	return got, err
}

// call calls a method. A response that is not 2xx may come from a proxy, so its error code counts
// only if the whole response reads as Slack's and the code is one of a refusal; a rate limit is
// known by its status alone.
func (a api) call(ctx context.Context, method, kind string, body []byte) (response, error) {
	header := http.Header{
		"Content-Type": {kind}, "Accept": {"application/json"}, "Authorization": {"Bearer " + a.token},
	}
	a.send.Name += ": " + method
	got, err := a.send.Post(ctx, a.base+method, header, body)
	if err != nil {
		return response{}, err
	}

	var said response
	unread := a.send.JSON(got, &said)
	switch {
	case got.Status == http.StatusTooManyRequests:
		return response{}, &failure{rateLimited, a.send.Judge(got, said.Error)}
	case got.Status/100 != 2 && unread == nil && means(said.Error) == refused:
		return response{}, a.failed(said, got)
	case got.Status/100 != 2:
		return response{}, a.send.Judge(got, said.Error)
	case unread != nil:
		return response{}, unread
	case !said.OK:
		return response{}, a.failed(said, got)
	}
	return said, nil
}

// codeForm is the form of Slack's error codes. Nothing else of a response is copied into an error.
var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,60}$`)

// failed returns the error of a response that is not ok.
func (a api) failed(said response, got httpsend.Answer) error {
	code := said.Error
	if !codeForm.MatchString(code) {
		return a.send.Retry(0, "the response is neither ok nor a readable error")
	}

	text := code + advice(code)
	if code == "missing_scope" && scopesForm.MatchString(said.Needed) {
		text += ": " + said.Needed
	}

	switch means(code) {
	case passing:
		if limits(code) {
			return &failure{code, a.send.Retry(got.Wait(), "%s", text)}
		}
		return &failure{code, a.send.Retry(0, "%s", text)}
	case unknown:
		return &failure{code, a.send.Retry(0, "%s", text)}
	}
	return &failure{code, a.send.Refused("%s", text)}
}

var scopesForm = regexp.MustCompile(`^[a-z:.,_-]{1,200}$`)
