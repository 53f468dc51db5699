package sla

import (
	"encoding/binary"
	"encoding/json"
	"time"
)

func zoneName(zone *time.Location) string {
	if zone == nil {
		return "UTC"
	}
	return zone.String()
}

// zoneOf is the zone of that name, or UTC where this machine does not know it: it is for showing only.
func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

func appendJSON(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		text = []byte("null")
	}
	return appendText(b, string(text))
}

func (d *unpacker) json(v any) {
	if text := d.bytes(); d.err == nil && json.Unmarshal(text, v) != nil {
		d.fail("what should be JSON is not")
	}
}

// appendInstant writes an instant of any year, with its zone.
func appendInstant(b []byte, at time.Time) []byte {
	_, offset := at.Zone()
	b = binary.AppendUvarint(binary.AppendVarint(b, at.Unix()), uint64(at.Nanosecond()))
	return appendText(binary.AppendVarint(b, int64(offset)), zoneName(at.Location()))
}

// instant reads an instant. Where this machine does not know the zone, or thinks differently of it, the offset stays.
func (d *unpacker) instant() time.Time {
	sec, ns, offset := d.varint(), d.natural(), d.varint()
	d.require(ns < int64(time.Second) && offset > -1<<20 && offset < 1<<20, "an instant is none")
	name := d.text()
	at := time.Unix(sec, ns).In(zoneOf(name))
	if _, now := at.Zone(); int64(now) != offset {
		return at.In(time.FixedZone(name, int(offset)))
	}
	return at
}

func appendCorrection(b []byte, c Correction) []byte {
	b = appendInstant(appendInstant(appendInstant(b, c.Start), c.End), c.At)
	c.Start, c.End, c.At = time.Time{}, time.Time{}, time.Time{}
	return appendJSON(b, c)
}

func (d *unpacker) correction() Correction {
	start, end, at := d.instant(), d.instant(), d.instant()
	var c Correction
	d.json(&c)
	c.Start, c.End, c.At = start, end, at
	d.require(c.Validate() == nil, "a correction is not valid")
	return c
}
