package httpsend

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

const (
	// shortest is the least wait after a 429. Servers that ask for zero seconds do not mean it.
	shortest = time.Second
	// unstated is the wait after a 429 without a Retry-After. Going on at once can cost an app its
	// access for good.
	unstated = time.Minute
	// longest bounds the wait that a server can ask for, so that one mistake there does not silence
	// a channel for years.
	longest = 24 * time.Hour
)

// Refused returns a permanent error: the same request would fail again.
func (s Sender) Refused(format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w", s.Name, s.clean(fmt.Sprintf(format, args...)), incident.ErrPermanent)
}

// Retry returns an error that may pass: the request may be tried again after the given time.
func (s Sender) Retry(after time.Duration, format string, args ...any) error {
	text := s.Name + ": " + s.clean(fmt.Sprintf(format, args...))
	return &incident.RetryError{Err: errors.New(text), After: after}
}

// Judge returns the error of an answer by its status: nil for 2xx, one that may pass for 408, 425,
// 429 and 5xx, and a permanent one for any other. Its text holds the reason, such as an error code
// found in the answer, if there is one.
func (s Sender) Judge(a Answer, reason string) error {
	text := "status " + strconv.Itoa(a.Status)
	if reason != "" {
		text += ", " + s.quote(reason)
	}
	switch {
	case a.Status/100 == 2:
		return nil
	case a.Status/100 == 3:
		return s.Refused("status %d: redirects are not followed", a.Status)
	case a.Status == http.StatusTooManyRequests:
		return s.Retry(a.Wait(), "%s", text)
	case a.Status/100 == 4 && a.Status != http.StatusRequestTimeout && a.Status != http.StatusTooEarly:
		return s.Refused("%s", text)
	}
	if a.Header.Get("Retry-After") != "" {
		return s.Retry(a.Wait(), "%s", text)
	}
	return s.Retry(0, "%s", text)
}

// JSON reads the body of an answer. A body that is not JSON, by its type or its text, comes from a
// proxy in between, or was cut off; the error may pass.
func (s Sender) JSON(a Answer, into any) error {
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return s.Retry(0, "status %d, and the answer is no JSON but %s: something between answered",
			a.Status, s.quote(kind))
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return s.Retry(0, "status %d, and the answer is not whole JSON", a.Status)
	}
	return nil
}

// Wait returns how long the answer asks to wait: Retry-After in seconds, or as a date, which is
// measured from the answer's own Date. It is at least a second and at most a day. Without a
// Retry-After that can be read it is a minute.
func (a Answer) Wait() time.Duration {
	text := strings.TrimSpace(a.Header.Get("Retry-After"))
	if digits := strings.Trim(text, "0123456789"); text != "" && digits == "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds > int64(longest/time.Second) {
			return longest
		}
		return max(shortest, time.Duration(seconds)*time.Second)
	}

	until, err := http.ParseTime(text)
	if err != nil {
		return unstated
	}
	from, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		return unstated
	}
	return min(longest, max(shortest, until.Sub(from)))
}
