package status

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const leastGzipped = 1024 // bytes of a body; below that compression costs more than it saves

// A response is made once and sent often.
type response struct {
	contentType string
	// Of the status; 0 means 200.
	code int
	body []byte
	// Nil: the body is too small for compression to help.
	gzipped []byte
	// Parts of the body, in their order, that change though nothing else does.
	volatile []string
	etag     string
	// Something in it is expected to change then.
	expires time.Time
	// It is made again from then on; zero: not before the snapshot is.
	stale time.Time
}

// seal computes the tag and the compressed body. The tag leaves out the volatile parts, which name
// the instant a response is valid for: a client that has the same facts is spared the body.
func (r *response) seal() {
	// A tag guards against chance and not against an attacker, so that a fast hash will do.
	sum := fnv.New128a()
	rest := r.body
	for _, text := range r.volatile {
		if before, after, found := bytes.Cut(rest, []byte(text)); found {
			_, _ = sum.Write(before) // a hash takes all
			rest = after
		}
	}
	_, _ = sum.Write(rest)
	r.etag = fmt.Sprintf(`W/"%x"`, sum.Sum(nil))

	// A response is compressed once and sent many times, but also made many times: speed matters
	// more than size.
	if len(r.body) >= leastGzipped {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level exists
		_, _ = z.Write(r.body)                          // a buffer takes all
		_ = z.Close()
		r.gzipped = b.Bytes()
	}
}

// send writes the response, or 304 if the client has it already.
func (r *response) send(w http.ResponseWriter, from *http.Request, caching string) {
	header := w.Header()
	header.Set("Cache-Control", caching)
	header.Set("ETag", r.etag)
	// A cache between must not send compressed bytes to a client that cannot read them.
	header.Add("Vary", "Accept-Encoding")
	// Only a success may be replaced by 304: a probe must see that health has failed.
	if r.code == 0 && matches(joined(from, "If-None-Match"), r.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}

	body := r.body
	if r.gzipped != nil && acceptsGzip(joined(from, "Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body = r.gzipped
	}
	header.Set("Content-Type", r.contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(max(r.code, http.StatusOK))
	if from.Method != http.MethodHead {
		_, _ = w.Write(body) // it fails when the client is gone, and then there is no one to report it to
	}
}

// refuse writes why there is no response.
func refuse(w http.ResponseWriter, code int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(why + "\n"))
}

// joined returns a list that may come in several header lines, RFC 9110, section 5.3.
func joined(r *http.Request, key string) string { return strings.Join(r.Header.Values(key), ",") }

// matches reports whether a list of tags holds one, in the weak comparison of RFC 9110, section
// 8.8.3.2, or is a star.
func matches(list, etag string) bool {
	etag = strings.TrimPrefix(etag, "W/")
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for tag := range strings.SplitSeq(list, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag {
			return true
		}
	}
	return false
}

// acceptsGzip reports whether an Accept-Encoding header allows gzip. A star alone does not: not
// every client that sends it can decompress.
func acceptsGzip(header string) bool {
	for item := range strings.SplitSeq(header, ",") {
		coding, parameters, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return quality(parameters) > 0
		}
	}
	return false
}

// quality returns the q of an item in an Accept header: 1 where there is none, and 0 where it is
// not a number.
func quality(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		if key, value, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(key, "q") {
			q, _ := strconv.ParseFloat(value, 64)
			return q
		}
	}
	return 1
}
