package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// arguments are those of all methods together. JSON with any other field is refused.
type arguments struct {
	Channel   string          `json:"channel"`
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks"`
	TS        string          `json:"ts"`
	ThreadTS  string          `json:"thread_ts"`
	Broadcast bool            `json:"reply_broadcast"`
	Metadata  json.RawMessage `json:"metadata"`
	Unfurl    *bool           `json:"unfurl_links"`
	Media     *bool           `json:"unfurl_media"`
	Markup    *bool           `json:"mrkdwn"`
	Parse     string          `json:"parse"`

	limit, cursor int
	all           bool // include_all_metadata
}

// reply holds the fields of a response besides ok, or an error code.
type reply map[string]any

func no(code string) reply { return reply{"ok": false, "error": code} }

// ServeHTTP implements [http.Handler]: a method of the Web API, or the incoming webhook.
func (w *Workspace) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	method, isAPI := strings.CutPrefix(r.URL.Path, "/api/")
	if !isAPI {
		method = "webhook"
	}
	w.calls++
	var fault Fault
	if w.Fault != nil {
		fault = w.Fault(w.calls, method)
	}

	// A fault after the call keeps the effect and spoils the response; any other keeps the call
	// from being made.
	do := func() response {
		if isAPI {
			return w.method(r, method)
		}
		return w.webhook(r)
	}
	if fault.isZero() {
		do().write(out)
		return
	}
	if fault.After {
		fault.write(out, do())
		return
	}
	fault.write(out, no("internal_error").response(http.StatusOK))
}

// A response is one before it is written.
type response struct {
	status int
	header http.Header
	body   string
}

func (a response) write(out http.ResponseWriter) {
	for key, values := range a.header {
		out.Header()[key] = values
	}
	out.WriteHeader(a.status)
	fmt.Fprint(out, a.body)
}

func (r reply) response(status int) response {
	if _, said := r["ok"]; !said {
		r["ok"] = true
	}
	body, _ := json.Marshal(r) // maps of strings and raw JSON that was read before
	return response{status, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, string(body)}
}

// write writes the response of the fault. A broken connection ends in the middle of what should
// have been response.
func (f Fault) write(out http.ResponseWriter, whole response) {
	switch {
	case f.Break:
		whole.header.Set("Content-Length", strconv.Itoa(len(whole.body)))
		whole.body = whole.body[:len(whole.body)/2]
		whole.write(out)
		panic(http.ErrAbortHandler)
	case f.Code != "":
		whole = no(f.Code).response(max(f.Status, http.StatusOK))
	default:
		whole = response{f.Status, http.Header{"Content-Type": {"text/html"}}, f.Body}
	}
	for key, values := range f.Header {
		whole.header[key] = values
	}
	whole.write(out)
}

// method carries out one method of the Web API.
func (w *Workspace) method(r *http.Request, method string) response {
	ok := http.StatusOK
	switch auth := r.Header.Get("Authorization"); {
	case r.Method != http.MethodPost:
		return no("invalid_post_type").response(ok)
	case auth == "":
		return no("not_authed").response(ok)
	case auth != "Bearer "+w.Token:
		return no("invalid_auth").response(ok)
	}

	args, code := read(r, strings.HasPrefix(method, "chat."))
	if code != "" {
		return no(code).response(ok)
	}

	switch method {
	case "chat.postMessage":
		return w.post(args)
	case "chat.update":
		return w.update(args).response(ok)
	case "conversations.history":
		return w.scoped("channels:history", func() reply { return w.history(args) }).response(ok)
	case "conversations.replies":
		return w.scoped("channels:history", func() reply { return w.replies(args) }).response(ok)
	case "conversations.list":
		return w.scoped("channels:read", w.list).response(ok)
	}
	return no("unknown_method").response(ok)
}

// scoped calls do if the app has the scope.
func (w *Workspace) scoped(scope string, do func() reply) reply {
	if !slices.Contains(w.Scopes, scope) {
		return reply{"ok": false, "error": "missing_scope", "needed": scope}
	}
	return do()
}

// read reads a request's arguments. Slack accepts JSON for methods that write, and a form for all.
func read(r *http.Request, writes bool) (args arguments, code string) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return args, "missing_post_type"
	case kind == "application/json" && writes:
		return readJSON(r.Body)
	case kind != "application/x-www-form-urlencoded":
		return args, "invalid_post_type"
	case r.ParseForm() != nil:
		return args, "invalid_form_data"
	}

	args.Channel, args.TS = r.PostForm.Get("channel"), r.PostForm.Get("ts")
	args.limit, _ = strconv.Atoi(r.PostForm.Get("limit"))
	args.cursor, _ = strconv.Atoi(r.PostForm.Get("cursor"))
	args.all = r.PostForm.Get("include_all_metadata") == "true"
	return args, ""
}

func readJSON(body io.Reader) (args arguments, code string) {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&args); err != nil {
		return args, "invalid_arguments"
	}
	return args, ""
}

// webhook posts to the first channel what an incoming webhook accepts. Its responses are plain
// text.
func (w *Workspace) webhook(r *http.Request) response {
	plain := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	if r.URL.Path != w.Webhook {
		return response{http.StatusNotFound, plain, "no_service"}
	}
	args, code := readJSON(r.Body)
	if code != "" {
		return response{http.StatusBadRequest, plain, "invalid_payload"}
	}

	args.Channel = w.channels[0].id
	got := w.post(args)
	var said struct{ Error string }
	if err := json.Unmarshal([]byte(got.body), &said); err == nil && said.Error != "" {
		status := max(got.status, http.StatusBadRequest)
		plain["Retry-After"] = got.header["Retry-After"]
		return response{status, plain, said.Error}
	}
	return response{http.StatusOK, plain, "ok"}
}
