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

// ErrBaseline is what an [ETag] answers until it has seen the resource change: nobody knows since when it is as it is.
var ErrBaseline = errors.New("source: the first entity tag was seen: when the resource changed last is not known yet")

// A Clock tells the time. Mock clocks of many sorts fit it.
type Clock interface{ Now() time.Time }

func now(c Clock) time.Time {
	if c == nil {
		return time.Now()
	}
	return c.Now()
}

// An ETag is the source of landings that show as a change of an HTTP resource's entity tag.
//
// A landing is the instant at which the change was seen: the resource changed at some instant after the look before.
// Until a change is seen it answers [ErrBaseline], since an unchanged resource may be of any age; [ETag.Remember]
// spares that to a program that starts again. Tags are compared weakly (RFC 9110, 8.8.3.2), so that a server
// that compresses its answers changes nothing.
//
// Make one with a composite literal; a nil one fails. An ETag is safe for concurrent use by multiple goroutines, and must not be copied.
type ETag struct {
	// HTTP says what to ask for, and how; its Field and Format are not used.
	HTTP HTTP

	// Clock tells when a change was seen. Nil means time.Now.
	Clock Clock

	mu     sync.Mutex // guards tag and landed
	tag    string
	landed time.Time
	seen   bool
}

// Remember sets the last tag and the instant at which it was first seen, as [ETag.Seen] answered them.
// A zero instant means that it is not known.
func (s *ETag) Remember(tag string, landed time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tag, s.landed, s.seen = tag, landed, tag != ""
}

// Seen answers the last tag and the instant at which it was first seen: empty before the first look,
// and a zero instant until a change was seen.
func (s *ETag) Seen() (tag string, landed time.Time) {
	if s == nil {
		return "", time.Time{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tag, s.landed
}

// Landings asks once, and reports the last change that was seen.
func (s *ETag) Landings(ctx context.Context) (landed freshness.Landings, err error) {
	if s == nil {
		return nil, errors.New("source: the ETag is nil")
	}
	defer contain("etag:", &err)
	before, _ := s.Seen()
	tag := before
	err = s.HTTP.do(ctx, http.MethodHead, before, func(answer *http.Response) error {
		switch {
		case answer.StatusCode == http.StatusNotModified && before != "":
			return nil
		case answer.StatusCode != http.StatusOK:
			return fmt.Errorf("%w with status %d", ErrStatus, answer.StatusCode)
		}
		tag = answer.Header.Get("ETag")
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

// saw books a look that began when before was the last tag.
func (s *ETag) saw(before, tag string, at time.Time) (freshness.Landings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.seen:
		s.tag, s.seen = tag, true
	case weak(tag) != weak(s.tag) && before == s.tag: // another look that overtook this one knows better
		s.tag = tag
		if at.After(s.landed) {
			s.landed = at
		}
	}
	if s.landed.IsZero() {
		return nil, ErrBaseline
	}
	return freshness.Landings{{At: s.landed.UTC(), Metadata: true}}, nil
}

// weak answers a tag without its mark of weakness.
func weak(tag string) string {
	if len(tag) > 1 && tag[:2] == "W/" {
		return tag[2:]
	}
	return tag
}
