package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"

	"github.com/alwaysp1/alwaysp1/internal/httpsend"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// defaultBase is where Slack's Web API is.
const defaultBase = "https://slack.com/api/"

// An answer is what the Web API's methods answer, as far as it is used here.
type answer struct {
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

// A failure is Slack's no to a call. Its code says what can be done; its error says it to people, and to the desk.
type failure struct {
	code string
	error
}

func (f *failure) Unwrap() error { return f.error }

const rateLimited = "ratelimited"

// limits reports whether a code says that too much was asked.
func limits(code string) bool {
	return code == rateLimited || code == "rate_limited" || code == "message_limit_exceeded"
}

// unsure reports whether what was asked for may have been done all the same: Slack has neither refused it nor put it off.
func unsure(err error) bool {
	var f *failure
	return err != nil && !errors.Is(err, incident.ErrRefused) && !(errors.As(err, &f) && limits(f.code))
}

// is reports whether a call failed with a code of this meaning.
func is(err error, o outcome) bool {
	var f *failure
	return errors.As(err, &f) && means(f.code) == o
}

// foreign reports whether a message is another app's, which is of no use however often it is found.
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
func (a api) post(ctx context.Context, method string, arguments any) (answer, error) {
	body, err := json.Marshal(arguments)
	if err != nil {
		return answer{}, a.send.Refused("%s: the message cannot be written as JSON", method)
	}
	return a.call(ctx, method, "application/json; charset=utf-8", body)
}

// read calls a method that reads, which takes a form.
func (a api) read(ctx context.Context, method string, arguments url.Values) (answer, error) {
	said, err := a.call(ctx, method, "application/x-www-form-urlencoded", []byte(arguments.Encode()))
	if err == nil && said.Messages == nil && said.Channels == nil {
		err = a.send.Retry(0, "%s: the answer is ok and lists nothing, not even that there is nothing", method)
	}
	return said, err
}

func (a api) call(ctx context.Context, method, kind string, body []byte) (answer, error) {
	header := http.Header{"Content-Type": {kind}, "Accept": {"application/json"}, "Authorization": {"Bearer " + a.token}}
	a.send.Name += ": " + method
	got, err := a.send.Post(ctx, a.base+method, header, body)
	if err != nil {
		return answer{}, err
	}
	var said answer
	unread := a.send.JSON(got, &said)
	switch {
	case got.Status == http.StatusTooManyRequests:
		return answer{}, &failure{rateLimited, a.send.Judge(got, said.Error)}
	case got.Status/100 != 2 && unread == nil && means(said.Error) == refused:
		return answer{}, a.failed(said, got)
	case got.Status/100 != 2:
		return answer{}, a.send.Judge(got, said.Error)
	case unread != nil:
		return answer{}, unread
	case !said.OK:
		return answer{}, a.failed(said, got)
	}
	return said, nil
}

// codeForm is the shape of Slack's error codes: nothing else is repeated in an error.
var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,60}$`)

// failed makes the error of an answer that is not ok.
func (a api) failed(said answer, got httpsend.Answer) error {
	code := said.Error
	if !codeForm.MatchString(code) {
		return a.send.Retry(0, "the answer is neither ok nor an error that can be read")
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
