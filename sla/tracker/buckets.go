package tracker

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A Bucket is what was counted of an objective in [Start, End): a due instant, a slice, or as short
// a stretch of time as is still known. The zero Bucket holds nothing.
//
// It is plain data, a value, and safe for concurrent use.
type Bucket struct {
	Start  time.Time  // the first instant in it
	End    time.Time  // the first instant after it; the same as Start for a due instant
	Counts sla.Counts // what was good and bad, as recorded
}

// Buckets returns what was counted of an objective, as recorded, oldest first: of one about
// deadlines each due instant with an outcome; of others the slices, or stretches of time as short
// as they are still known, that touch [from, to). What was excused is left out. The objective is
// named by its check, as "orders-by-7/ready"; an objective that the catalog does not have has no
// buckets.
func (t *Tracker) Buckets(check string, from, to time.Time) []Bucket {
	t.read()
	defer t.mu.RUnlock()
	k := t.roster.find(check)
	if k == nil {
		return []Bucket{}
	}
	cells := k.ledger.Cells(nil, exact.Nanos(from), exact.Nanos(to))
	buckets := make([]Bucket, len(cells))
	for i, c := range cells {
		buckets[i] = Bucket{exact.Instant(c.Start), exact.Instant(c.End), c.Counts}
	}
	return buckets
}

// Version returns a number that changes whenever something is recorded, corrected or replaced that
// a report may show. While it stays the same, a page need not be made again; but windows roll on
// with time, which does not change it. It takes one look at each objective about events, and means
// nothing to another tracker.
func (t *Tracker) Version() uint64 {
	t.read()
	defer t.mu.RUnlock()
	version := exact.Mix(0, t.changes.Load())
	for _, k := range t.roster.order {
		if k.shape.kind.ofEvents() {
			version = k.ledger.Version(version)
		}
	}
	return version
}

// String returns when it was and what was counted, as "2026-03-02 07:00:00 UTC: 0 good, 1 bad of
// 1".
func (b Bucket) String() string { return b.text(Report{At: b.Start}) }

// text returns the bucket as String does, with instants in the location of a report.
func (b Bucket) text(r Report) string {
	if !b.End.After(b.Start) {
		return fmt.Sprintf("%s: %v", r.instant(b.Start), b.Counts)
	}
	return fmt.Sprintf("%s, %s long: %v", r.instant(b.Start), plain.Duration(b.End.Sub(b.Start)), b.Counts)
}

// A bucketJSON is the JSON form of a Bucket.
type bucketJSON struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	countsJSON
}

type countsJSON struct {
	Good int64 `json:"good"`
	Bad  int64 `json:"bad"`
}

// MarshalJSON writes "start", "end", "good" and "bad".
func (b Bucket) MarshalJSON() ([]byte, error) {
	return json.Marshal(bucketJSON{b.Start, b.End, countsJSON(b.Counts)})
}

// UnmarshalJSON reads what [Bucket.MarshalJSON] writes.
func (b *Bucket) UnmarshalJSON(data []byte) error {
	var in bucketJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("tracker: bucket: %w", err)
	}
	*b = Bucket{in.Start, in.End, sla.Counts(in.countsJSON)}
	return nil
}
