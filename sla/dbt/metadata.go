package dbt

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The kinds of file, as they stand in the address of a schema.
const (
	kindSources    = "sources"
	kindManifest   = "manifest"
	kindRunResults = "run-results"
)

// known are the schema versions that this package was written for, and tested
// on real files of.
func known(kind string, version int) bool {
	switch kind {
	case kindSources:
		return 1 <= version && version <= 3
	case kindManifest:
		return 1 <= version && version <= 12 || version == 20
	}
	return 1 <= version && version <= 6
}

// Metadata says which dbt wrote a file, and when.
type Metadata struct {
	// Version is the schema version of the file: 12 for manifest/v12.json.
	Version int

	// DBTVersion is the version of dbt, such as "1.9.1" or "2.0.0-preview.183".
	DBTVersion string

	// GeneratedAt is when dbt wrote the file, in UTC. Zero: it does not say.
	GeneratedAt time.Time

	// InvocationID is the same in all files that one run of dbt wrote.
	InvocationID string

	// Project and Adapter are the project's name and the warehouse's kind.
	// Only a manifest has them, and only a newer one has Project.
	Project, Adapter string
}

func (s *scanner) metadata(to *Metadata, schema *string) error {
	return s.record(func(key []byte) error {
		switch string(key) {
		case "dbt_schema_version":
			if err := s.text(schema); err != nil {
				return err
			}
			return s.schema(*schema, to)
		case "dbt_version":
			return s.text(&to.DBTVersion)
		case "generated_at":
			return s.instant(&to.GeneratedAt)
		case "invocation_id":
			return s.text(&to.InvocationID)
		case "project_name":
			return s.text(&to.Project)
		case "adapter_type":
			return s.text(&to.Adapter)
		}
		return s.skip()
	})
}

// schema compares what the file says that it is with what is being read.
func (s *scanner) schema(address string, to *Metadata) error {
	kind, version, ok := parseSchema(address)
	switch {
	case !ok:
		return s.wrong("%w: %q is not the address of a dbt schema", ErrWrongKind, brief(address))
	case kind != s.kind:
		return s.wrong("%w: want %s, not %s", ErrWrongKind, s.kind, brief(kind))
	case version == 0:
		return s.wrong("%w: %s v0", ErrOldVersion, kind)
	}
	if to.Version = version; !known(kind, version) {
		s.add(s.wrong("%w: %s v%d", ErrFutureVersion, kind, version))
	}
	return nil
}

// parseSchema takes https://schemas.getdbt.com/dbt/manifest/v12.json apart, in
// the newer form too, which ends in /v12/manifest.json.
func parseSchema(address string) (kind string, version int, ok bool) {
	_, rest, ok := strings.Cut(address, "/dbt/")
	if !ok {
		return "", 0, false
	}
	parts := strings.Split(strings.TrimSuffix(rest, ".json"), "/")
	if len(parts) < 2 || !strings.HasPrefix(parts[1], "v") {
		return "", 0, false
	}
	version, err := strconv.Atoi(parts[1][1:])
	return parts[0], version, err == nil && version >= 0
}

// file reads a whole file: its metadata, and each other key with field.
func (s *scanner) file(to *Metadata, field func(key []byte) error) error {
	var schema string
	if err := s.start(); err != nil {
		return err
	}
	err := s.object(func(key []byte) error {
		if string(key) == "metadata" {
			return s.metadata(to, &schema)
		}
		return field(key)
	})
	if err = cmp.Or(err, s.endIf(err == nil)); err != nil {
		return err
	}
	if schema == "" {
		return s.fail(fmt.Errorf("%w: it has no metadata.dbt_schema_version", ErrWrongKind))
	}
	return nil
}

func (s *scanner) endIf(ok bool) error {
	if !ok {
		return nil
	}
	return s.end()
}
