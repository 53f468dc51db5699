package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// maxETag bounds an entity tag, in bytes.
const maxETag = 1024

// ErrNoChange is the error of an [ETag] that has not seen its resource change yet: its last change
// is not known.
var ErrNoChange = errors.New("source: no change of the entity tag was seen yet")

func now(c interface{ Now() time.Time }) time.Time {
	if c == nil {
		return time.Now()
	}
	return c.Now()
}

// An ETag is the source of landings that show as a change of an HTTP resource's entity tag.
//
// A landing is the instant at which the change was seen: the resource changed at some instant after
// the look before. Until a change is seen it returns [ErrNoChange], since an unchanged resource may
// be of any age. A program that starts again avoids that with [ETag.Remember]. Tags are compared
// weakly (RFC 9110, 8.8.3.2), so that a server that starts to compress its responses makes no
// change.
//
// Make one with a composite literal; a nil one fails. An ETag is safe for concurrent use by
// multiple goroutines, and must not be copied.
type ETag struct {
	// HTTP is the request to make. Its Field and Format are not used.
	HTTP HTTP

	// Clock tells when a change was seen. Nil means time.Now.
	Clock interface{ Now() time.Time }

	mu     sync.Mutex // guards tag and landed
	tag    string
	landed time.Time
	seen   bool
}

// Remember sets the last tag and the instant at which it was first seen, as [ETag.Seen] returned
// them. A zero instant means that no change was seen.
func (s *ETag) Remember(tag string, landed time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tag, s.landed, s.seen = tag, landed, tag != ""
}

// Seen returns the last tag and the instant at which it was first seen. The tag is empty before the
// first look, and the instant is zero until a change was seen.
func (s *ETag) Seen() (tag string, landed time.Time) {
	if s == nil {
		return "", time.Time{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tag, s.landed
}

// Landings makes one request, and returns the last change that was seen as a landing.
func (s *ETag) Landings(ctx context.Context) (landed freshness.Landings, err error) {
	if s == nil {
		return nil, errors.New("source: the ETag is nil")
	}
	defer contain("etag:", &err)
	before, _ := s.Seen()
	tag := before
	err = s.HTTP.do(ctx, http.MethodHead, before, func(response *http.Response) error {
		switch {
		case response.StatusCode == http.StatusNotModified && before != "":
			return nil
		case response.StatusCode != http.StatusOK:
			return badStatus(response)
		}
		tag = response.Header.Get("ETag")
		if tag == "" || len(tag) > maxETag {
			return fmt.Errorf("an entity tag of %d bytes: want 1 to %d", len(tag), maxETag)
		}
		return nil
	})

	if err != nil {
		return nil, err
	}
	return s.saw(before, tag, now(s.Clock))
}

// saw records a look that began when before was the last tag.
func (s *ETag) saw(before, tag string, at time.Time) (freshness.Landings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.seen:
		s.tag, s.seen = tag, true
	case weak(tag) != weak(s.tag) && before == s.tag: // else another look has overtaken this one
		s.tag = tag
		if at.After(s.landed) {
			s.landed = at
		}
	}
	if s.landed.IsZero() {
		return nil, ErrNoChange
	}
	return freshness.Landings{{At: s.landed.UTC(), Metadata: true}}, nil
}

// weak returns a tag without its mark of weakness.
func weak(tag string) string {
	if len(tag) > 1 && tag[:2] == "W/" {
		return tag[2:]
	}
	return tag
}
