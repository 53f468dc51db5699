package dbt

import (
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// The kinds of file, as they stand in the address of a schema.
const (
	kindSources    = "sources"
	kindManifest   = "manifest"
	kindRunResults = "run-results"
)

// known reports whether this package was written for a schema version, and tested on real files of
// it.
func known(kind string, version int) bool {
	switch kind {
	case kindSources:
		return 1 <= version && version <= 3
	case kindManifest:
		return 1 <= version && version <= 12 || version == 20
	}
	return 1 <= version && version <= 6
}

// Metadata is which dbt wrote a file, and when.
type Metadata struct {
	// Version is the schema version of the file: 12 for manifest/v12.json.
	Version int

	// DBTVersion is the version of dbt, such as "1.9.1" or "2.0.0-preview.183".
	DBTVersion string

	// GeneratedAt is when dbt wrote the file, in UTC. Zero: unknown.
	GeneratedAt time.Time

	// InvocationID is the same in all files that one run of dbt wrote.
	InvocationID string

	// Project and Adapter are the project's name and the warehouse's kind.
	// Only a manifest has them, and only a newer one has Project.
	Project, Adapter string
}

func (r *reader) metadata(to *Metadata, schema *string) error {
	return r.record(func(key []byte) error {
		switch string(key) {
		case "dbt_schema_version":
			if err := r.text(schema); err != nil {
				return err
			}
			return r.schema(*schema, to)
		case "dbt_version":
			return r.text(&to.DBTVersion)
		case "generated_at":
			return r.instant(&to.GeneratedAt)
		case "invocation_id":
			return r.text(&to.InvocationID)
		case "project_name":
			return r.text(&to.Project)
		case "adapter_type":
			return r.text(&to.Adapter)
		}
		return r.Skip()
	})
}

// schema compares the kind of the file with the one that is being read.
func (r *reader) schema(address string, to *Metadata) error {
	kind, version, ok := parseSchema(address)
	switch {
	case !ok:
		return r.wrong(wrongKind("%s is not the address of a dbt schema", plain.Quote(address)))
	case kind != r.kind:
		return r.wrong(wrongKind("want %s, not %s", r.kind, plain.Name(kind)))
	case version == 0:
		return r.wrong(fault.Kind(ErrUnsupported, "schema version is too old: %s v0", kind))
	}
	if to.Version = version; !known(kind, version) {
		r.note(r.wrong(fault.Kind(ErrUnsupported, "schema version is not known here: %s v%d", kind, version)))
	}
	return nil
}

// parseSchema takes https://schemas.getdbt.com/dbt/manifest/v12.json apart, in the newer form too,
// which ends in /v12/manifest.json.
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
