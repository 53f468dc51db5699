package fakeslack

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

// arguments are those of every method; numbers and booleans of a form are read too.
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

// reply is what a method answers: fields beside ok, or an error code.
type reply map[string]any

func no(code string) reply { return reply{"ok": false, "error": code} }

// ServeHTTP answers a method of the Web API, or the incoming webhook.
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
	do := func() answered {
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
	fault.write(out, no("internal_error").answer(http.StatusOK))
}

// answered is an answer before it is written.
type answered struct {
	status int
	header http.Header
	body   string
}

func (a answered) write(out http.ResponseWriter) {
	for key, values := range a.header {
		out.Header()[key] = values
	}
	out.WriteHeader(a.status)
	fmt.Fprint(out, a.body)
}

func (r reply) answer(status int) answered {
	if _, said := r["ok"]; !said {
		r["ok"] = true
	}
	body, _ := json.Marshal(r) // maps of strings and raw JSON that was read before
	return answered{status, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, string(body)}
}

// write answers as the fault has it. A broken connection ends in the middle of what should have been answered.
func (f Fault) write(out http.ResponseWriter, whole answered) {
	switch {
	case f.Break:
		whole.header.Set("Content-Length", strconv.Itoa(len(whole.body)))
		whole.body = whole.body[:len(whole.body)/2]
		whole.write(out)
		panic(http.ErrAbortHandler)
	case f.Code != "":
		whole = no(f.Code).answer(max(f.Status, http.StatusOK))
	default:
		whole = answered{f.Status, http.Header{"Content-Type": {"text/html"}}, f.Body}
	}
	for key, values := range f.Header {
		whole.header[key] = values
	}
	whole.write(out)
}

// method carries out one method of the Web API.
func (w *Workspace) method(r *http.Request, method string) answered {
	ok := http.StatusOK
	switch auth := r.Header.Get("Authorization"); {
	case r.Method != http.MethodPost:
		return no("invalid_post_type").answer(ok)
	case auth == "":
		return no("not_authed").answer(ok)
	case auth != "Bearer "+w.Token:
		return no("invalid_auth").answer(ok)
	}
	args, code := read(r, strings.HasPrefix(method, "chat."))
	if code != "" {
		return no(code).answer(ok)
	}
	switch method {
	case "chat.postMessage":
		return w.post(args)
	case "chat.update":
		return w.update(args).answer(ok)
	case "conversations.history":
		return w.scoped("channels:history", func() reply { return w.history(args) }).answer(ok)
	case "conversations.replies":
		return w.scoped("channels:history", func() reply { return w.replies(args) }).answer(ok)
	case "conversations.list":
		return w.scoped("channels:read", w.list).answer(ok)
	}
	return no("unknown_method").answer(ok)
}

func (w *Workspace) scoped(scope string, do func() reply) reply {
	if !slices.Contains(w.Scopes, scope) {
		return reply{"ok": false, "error": "missing_scope", "needed": scope}
	}
	return do()
}

// read reads a request's arguments: JSON is for methods that write, a form for all.
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

// webhook posts what an incoming webhook takes to the first channel.
func (w *Workspace) webhook(r *http.Request) answered {
	plain := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	if r.URL.Path != w.Webhook {
		return answered{http.StatusNotFound, plain, "no_service"}
	}
	args, code := readJSON(r.Body)
	if code != "" {
		return answered{http.StatusBadRequest, plain, "invalid_payload"}
	}
	args.Channel = w.channels[0].ID
	got := w.post(args)
	var said struct{ Error string }
	if err := json.Unmarshal([]byte(got.body), &said); err == nil && said.Error != "" {
		status := max(got.status, http.StatusBadRequest)
		return answered{status, http.Header{"Content-Type": plain["Content-Type"], "Retry-After": got.header["Retry-After"]}, said.Error}
	}
	return answered{http.StatusOK, plain, "ok"}
}
