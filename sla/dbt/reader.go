package dbt

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A reader reads one file. What makes the file unusable is an error that ends the reading; a single
// value that cannot be understood is noted among the faults, and the reading goes on.
type reader struct {
	*jsontree.Scanner
	kind   string         // as it stands in the address of a schema
	began  jsontree.Place // of the value that began last
	faults fault.List
}

func newReader(src io.Reader, kind string) *reader {
	return &reader{Scanner: jsontree.NewScanner(src), kind: kind}
}

// begin returns the first byte of a value, and notes where it stands.
func (r *reader) begin() byte {
	c := r.Peek()
	r.began = r.Place()
	return c
}

// wrong returns what is wrong with the value that began last.
func (r *reader) wrong(err error) *sla.FieldError { return r.FaultAt(r.began, err) }

// bad notes that the value that began last is not what it should be. The reading goes on.
func (r *reader) bad(format string, args ...any) {
	r.note(r.wrong(fault.Kind(ErrMalformed, "unusable value: "+format, args...)))
}

// missing notes that the object that was just read lacks a key.
func (r *reader) missing(key string) {
	r.note(r.Fault(fault.Kind(ErrMalformed, "unusable value: %s is missing", key)))
}

func (r *reader) note(f *sla.FieldError) { r.faults.Put(r.named(f)) }

// named puts the kind of file in front of the message: a program reads several of them.
func (r *reader) named(f *sla.FieldError) *sla.FieldError {
	f.Err = fmt.Errorf("%s.json: %w", strings.ReplaceAll(r.kind, "-", "_"), f.Err)
	return f
}

// row reads one entry of a file, and returns what could not be understood in it. That is among the
// faults of the file as well, of which only so many are kept; a row keeps its own.
func (r *reader) row(read func() error) (unread, err error) {
	file := r.faults
	r.faults = fault.List{}
	err = read()
	unread = r.faults.Err()
	file.Merge(&r.faults, func(*sla.FieldError) bool { return true })
	r.faults = file
	return unread, err
}

// file reads a whole file: its metadata, and each other key with field.
func (r *reader) file(to *Metadata, field func(key []byte) error) error {
	err := r.document(to, field)
	var broken *sla.FieldError
	if errors.As(err, &broken) {
		return r.named(broken)
	}
	return err
}

func (r *reader) document(to *Metadata, field func(key []byte) error) error {
	if err := r.start(); err != nil {
		return err
	}
	schema := ""
	err := r.Object(func(key []byte) error {
		if string(key) == "metadata" {
			return r.metadata(to, &schema)
		}
		return field(key)
	})

	if err != nil {
		return err
	}
	if err := r.End(); err != nil {
		return err
	}
	if schema == "" {
		return r.Fault(wrongKind("it has no metadata.dbt_schema_version"))
	}
	return nil
}

// start refuses what is JSON, and is no object: it is no file that dbt wrote.
func (r *reader) start() error {
	err := r.SkipMark()
	if err == nil && strings.IndexByte(`["`, r.Peek()) >= 0 {
		return r.Fault(wrongKind("it holds no object"))
	}
	return err
}
