package tracker

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// zoneName returns the name of a zone, for zoneOf.
func zoneName(zone *time.Location) string {
	if zone == nil {
		return "UTC"
	}
	return zone.String()
}

// zoneOf returns the zone of that name, or UTC if this machine does not have it: it is for showing
// only.
func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

// appendJSON appends a value as JSON; null if JSON cannot represent it.
func appendJSON(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		text = []byte("null")
	}
	return ledger.AppendText(b, string(text))
}

// unpackJSON reads what appendJSON wrote.
func unpackJSON(d *ledger.Unpacker, v any) {
	if text := d.Bytes(); d.Err == nil && json.Unmarshal(text, v) != nil {
		d.Fail("what should be JSON is not")
	}
}

// appendInstant appends an instant of any year, with its zone.
func appendInstant(b []byte, at time.Time) []byte {
	_, offset := at.Zone()
	b = binary.AppendUvarint(binary.AppendVarint(b, at.Unix()), uint64(at.Nanosecond()))
	return ledger.AppendText(binary.AppendVarint(b, int64(offset)), zoneName(at.Location()))
}

// unpackInstant reads what appendInstant wrote. If this machine does not have the zone, or has
// another offset for it, the offset stays.
func unpackInstant(d *ledger.Unpacker) time.Time {
	sec, ns, offset := d.Varint(), d.Natural(), d.Varint()
	d.Require(ns < int64(time.Second) && offset > -1<<20 && offset < 1<<20, "an instant is malformed")
	name := d.Text()
	at := time.Unix(sec, ns).In(zoneOf(name))
	if _, now := at.Zone(); int64(now) != offset {
		return at.In(time.FixedZone(name, int(offset)))
	}
	return at
}

// appendCorrection appends a correction as JSON, with its instants apart, for JSON would lose their
// zones.
func appendCorrection(b []byte, c sla.Correction) []byte {
	b = appendInstant(appendInstant(appendInstant(b, c.Start), c.End), c.EnteredAt)
	c.Start, c.End, c.EnteredAt = time.Time{}, time.Time{}, time.Time{}
	return appendJSON(b, c)
}

// unpackCorrection reads what appendCorrection wrote.
func unpackCorrection(d *ledger.Unpacker) sla.Correction {
	start, end, at := unpackInstant(d), unpackInstant(d), unpackInstant(d)
	var c sla.Correction
	unpackJSON(d, &c)
	c.Start, c.End, c.EnteredAt = start, end, at
	d.Require(c.Validate() == nil, "a correction is not valid")
	return c
}
