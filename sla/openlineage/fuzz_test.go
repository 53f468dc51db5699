package openlineage_test

import (
	"encoding/json"
	"testing"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openlineage"
)

// FuzzDecode holds that what is decoded is JSON, that observing it twice returns the same news and
// makes a catalog, and that all of it passes through a snapshot.
func FuzzDecode(f *testing.F) {
	for _, c := range cases(f) {
		for _, body := range c.Events {
			f.Add([]byte(body))
		}
	}
	f.Add([]byte(`[null, {"job": {"namespace": "n", "name": "j"}, "eventTime": "2026-03-04T06:00Z", "inputs": [null]}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := openlineage.Decode(body)
		if (err == nil) != json.Valid(body) && err == nil {
			t.Fatalf("%q is not JSON", body)
		}
		if err != nil && events != nil {
			t.Fatal("events beside an error")
		}

		var l openlineage.Lineage
		for _, e := range events {
			first, err := l.Observe(e, late)
			again, err2 := l.Observe(e, late)
			if (err == nil) != (err2 == nil) {
				t.Fatalf("%v, and then %v", err, err2)
			}
			if len(again.Landings) != len(first.Landings) || len(again.Failures) != len(first.Failures) {
				t.Fatalf("%+v, and then %+v", first, again)
			}
		}

		if _, err := sla.NewCatalog(nil, l.Edges()); err != nil {
			t.Fatal(err)
		}
		var other openlineage.Lineage
		if err := other.Restore(l.Snapshot()); err != nil {
			t.Fatal(err)
		}
		if string(other.Snapshot()) != string(l.Snapshot()) {
			t.Fatalf("%s is not %s", other.Snapshot(), l.Snapshot())
		}
	})
}
