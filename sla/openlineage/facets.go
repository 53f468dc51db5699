package openlineage

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// maxSummary is how many bytes of an error message are kept.
const maxSummary = 240

func (r *reader) runOf(e *Event) error {
	return r.object(func(key []byte) error {
		if string(key) == "runId" {
			return r.text(&e.RunID)
		}
		return r.inside(key, "facets", func(key []byte) error { return r.runFacet(string(key), &e.run) })
	})
}

// inside reads the object of the key that is wanted, and skips the value of any other.
func (r *reader) inside(key []byte, want string, field func(key []byte) error) error {
	if string(key) != want {
		return r.Skip()
	}
	return r.object(field)
}

func (r *reader) runFacet(name string, f *runFacets) error {
	switch name {
	case "parent":
		return r.parent(&f.parent)
	case "nominalTime":
		var start string
		err := r.field("nominalStartTime", &start)
		f.nominal, _ = instant(start)
		return err
	case "errorMessage":
		var message string
		err := r.field("message", &message)
		f.message = firstLine(message)
		return err
	}
	return r.Skip()
}

// field reads one text of an object.
func (r *reader) field(name string, to *string) error {
	return r.only(name, func() error { return r.text(to) })
}

// only reads one value of an object.
func (r *reader) only(name string, read func() error) error {
	return r.object(func(key []byte) error {
		if string(key) == name {
			return read()
		}
		return r.Skip()
	})
}

// firstLine returns the first line of a message that holds something, cut between two runes.
func firstLine(message string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(message, " \t\r\n"), "\n")
	line = strings.TrimSpace(line)
	if len(line) <= maxSummary {
		return strings.Clone(line)
	}
	return strings.Clone(plain.Cut(line, maxSummary-len(plain.Ellipsis)))
}

func (r *reader) parent(p *parent) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "run":
			return r.field("runId", &p.id)
		case "job":
			return r.pair(&p.job.Namespace, &p.job.Name)
		}
		return r.Skip()
	})
}

// pair reads the namespace and the name of a job or a dataset.
func (r *reader) pair(namespace, name *string) error {
	return r.object(func(key []byte) error { return r.named(string(key), namespace, name) })
}

// named reads the namespace or the name of a job or a dataset, and skips any other field.
func (r *reader) named(key string, namespace, name *string) error {
	switch key {
	case "namespace":
		return r.word(namespace)
	case "name":
		return r.word(name)
	}
	return r.Skip()
}

func (r *reader) jobOf(e *Event) error {
	return r.object(func(key []byte) error {
		if string(key) != "facets" {
			return r.named(string(key), &e.Job.Namespace, &e.Job.Name)
		}
		return r.only("jobType", func() error { return r.jobTypeOf(e) })
	})
}

func (r *reader) jobTypeOf(e *Event) error {
	return r.object(func(key []byte) error {
		to := &e.Job.Type
		switch string(key) {
		case "processingType":
			to = &e.Job.Processing
		case "jobType":
		default:
			return r.Skip()
		}
		var word string
		err := r.word(&word)
		*to, e.jobType = strings.ToUpper(word), e.jobType || word != ""
		return err
	})
}

func (r *reader) input(in *input) error {
	return r.object(func(key []byte) error {
		if k := string(key); k != "facets" && k != "inputFacets" { // dbt writes its assertions into facets
			return r.named(k, &in.Namespace, &in.Name)
		}
		return r.object(func(key []byte) error { return r.inputFacet(string(key), in) })
	})
}

func (r *reader) inputFacet(name string, in *input) error {
	switch name {
	case "symlinks":
		return r.symlinks(&in.links)
	case "dataQualityAssertions":
		return r.assertions(&in.assertions)
	}
	return r.Skip()
}

func (r *reader) output(out *output, e *Event) error {
	return r.object(func(key []byte) error {
		if k := string(key); k != "facets" && k != "outputFacets" {
			return r.named(k, &out.Namespace, &out.Name)
		}
		return r.object(func(key []byte) error { return r.outputFacet(string(key), out, e) })
	})
}

func (r *reader) outputFacet(name string, out *output, e *Event) error {
	switch name {
	case "symlinks":
		return r.symlinks(&out.links)
	case "lifecycleStateChange":
		err := r.field("lifecycleStateChange", &out.Change)
		out.Change = strings.ToUpper(out.Change)
		return err
	case "columnLineage":
		return r.columnLineage(e)
	case "outputStatistics":
		return r.statistics(&out.Output)
	case "subset":
		return r.only("outputCondition", func() error { return r.condition(&out.Partition) })
	}
	return r.Skip()
}

func (r *reader) statistics(out *Output) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "rowCount":
			ok, err := r.count(&out.Rows)
			out.Counted = out.Counted || ok
			return err
		case "size":
			_, err := r.count(&out.Bytes)
			return err
		}
		return r.Skip()
	})
}

// condition reads the partition of a subset. It stays empty unless there is exactly one, with
// exactly one dimension.
func (r *reader) condition(to *string) error {
	var kind, value string
	partitions, dimensions := 0, 0
	err := r.object(func(key []byte) error {
		switch string(key) {
		case "type":
			return r.text(&kind)
		case "partitions":
			return r.list(func() error {
				partitions++
				return r.dimensions(&value, &dimensions)
			})
		}
		return r.Skip()
	})
	if partitions == 1 && dimensions == 1 && (kind == "" || strings.EqualFold(kind, "partition")) {
		*to = value
	}
	return err
}

func (r *reader) dimensions(value *string, n *int) error {
	return r.only("dimensions", func() error {
		return r.object(func([]byte) error {
			*n++
			return r.text(value)
		})
	})
}

func (r *reader) symlinks(to *[]Dataset) error {
	return r.only("identifiers", func() error { return r.identifiers(to) })
}

func (r *reader) identifiers(to *[]Dataset) error {
	return r.list(func() error { return r.identifier(to) })
}

// identifier reads one dataset that a facet names. One without a namespace or a name is skipped,
// and one that has just been read is not kept twice: each column repeats its dataset.
func (r *reader) identifier(to *[]Dataset) error {
	var d Dataset
	if err := r.pair(&d.Namespace, &d.Name); err != nil || d.Namespace == "" || d.Name == "" {
		return err
	}
	return r.addNew(to, d)
}

func (r *reader) addNew(to *[]Dataset, d Dataset) error {
	if n := len(*to); n > 0 && (*to)[n-1] == d {
		return nil
	}
	*to = append(*to, d)
	return r.spend()
}

// columnLineage reads which datasets the columns of an output come from, and the dataset as a whole.
func (r *reader) columnLineage(e *Event) error {
	return r.object(func(key []byte) error {
		if string(key) == "dataset" {
			return r.identifiers(&e.columns)
		}
		return r.inside(key, "fields", func([]byte) error { return r.inputFields(e) })
	})
}

func (r *reader) inputFields(e *Event) error {
	return r.only("inputFields", func() error { return r.identifiers(&e.columns) })
}

func (r *reader) assertions(to *[]assertion) error {
	return r.only("assertions", func() error {
		return r.list(func() error { return r.addAssertion(to) })
	})
}

func (r *reader) addAssertion(to *[]assertion) error {
	var a assertion
	if err := r.assertion(&a); err != nil || a.name == "" || !a.told {
		return err
	}
	*to = append(*to, a)
	return r.spend()
}

func (r *reader) assertion(a *assertion) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "assertion":
			return r.word(&a.name)
		case "column":
			return r.word(&a.column)
		case "severity":
			return r.word(&a.severity)
		case "success":
			ok, err := r.truth(&a.success)
			a.told = a.told || ok
			return err
		}
		return r.Skip()
	})
}
