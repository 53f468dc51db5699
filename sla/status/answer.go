package status

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// An answer is a body, made once and sent often.
type answer struct {
	kind     string   // of its content
	code     int      // of the status; 0: OK
	body     []byte   // as it is
	packed   []byte   // compressed; nil: that would not help
	volatile []string // parts of the body that say as of when it speaks, and nothing else
	etag     string
	until    time.Time // something that it says is expected to change then
	again    time.Time // it is made again from then on; zero: never
}

const (
	mostAnswers = 128      // kept at a time
	mostKept    = 64 << 20 // bytes of them
	leastPacked = 1024     // bytes that are worth compressing
)

// seal works out what is sent with the body. The tag does not depend on as of when it speaks: what says the same has the same.
func (a *answer) seal() {
	sum := fnv.New128a()
	rest := a.body
	for _, text := range a.volatile {
		before, after, found := bytes.Cut(rest, []byte(text))
		if found {
			_, _ = sum.Write(before)
			rest = after
		}
	}
	_, _ = sum.Write(rest)
	a.etag = fmt.Sprintf("W/%q", fmt.Sprintf("%x", sum.Sum(nil)))
	if len(a.body) >= leastPacked {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level exists
		_, _ = z.Write(a.body)                          // a buffer takes all
		_ = z.Close()
		a.packed = b.Bytes()
	}
}

// send writes the answer, or that the client has it already.
func (a *answer) send(w http.ResponseWriter, r *http.Request, caching string) {
	header := w.Header()
	header.Set("Cache-Control", caching)
	header.Set("ETag", a.etag)
	header.Add("Vary", "Accept-Encoding")
	if a.code == 0 && matches(whole(r, "If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if a.packed != nil && packs(whole(r, "Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	header.Set("Content-Type", a.kind)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(max(a.code, http.StatusOK))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
}

// whole joins a list that may come in several headers, RFC 9110, section 5.3.
func whole(r *http.Request, key string) string { return strings.Join(r.Header.Values(key), ",") }

// matches says whether a list of tags holds one, in the weak comparison of RFC 9110, section 8.8.3.2, or is a star.
func matches(list, etag string) bool {
	etag = strings.TrimPrefix(etag, "W/")
	return strings.TrimSpace(list) == "*" || slices.ContainsFunc(strings.Split(list, ","), func(tag string) bool {
		return strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag
	})
}

// packs says whether gzip is accepted.
func packs(accepts string) bool {
	for _, item := range strings.Split(accepts, ",") {
		if coding, parameters, _ := strings.Cut(item, ";"); strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return quality(parameters) > 0
		}
	}
	return false
}

// quality reads the q of an Accept header's item; 1 where there is none, and 0 where it is not a number.
func quality(parameters string) float64 {
	for _, p := range strings.Split(parameters, ";") {
		if key, value, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(key, "q") {
			q, _ := strconv.ParseFloat(value, 64) // what is no number is none
			return q
		}
	}
	return 1
}

// answers are those made from one snapshot, as many as are kept.
type answers struct {
	mu    sync.Mutex // guards what follows
	byKey map[string]*answer
	size  int
}

func (s *answers) limit() { s.byKey = map[string]*answer{} }

func (s *answers) get(key string, now time.Time) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.byKey[key]; a != nil && (a.again.IsZero() || now.Before(a.again)) {
		return a
	}
	return nil
}

// put keeps an answer. When there are too many, all others go: few clients ask so many questions, and none should fill the memory.
func (s *answers) put(key string, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(a.body) + len(a.packed) + len(key)
	if len(s.byKey) >= mostAnswers || s.size+size > mostKept {
		s.byKey, s.size = map[string]*answer{}, 0
	}
	s.byKey[key] = a
	s.size += size
}
