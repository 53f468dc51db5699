package openlineage

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// maxSummary is how many bytes of an error message are kept.
const maxSummary = 240

func (r *reader) runOf(e *Event) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "runId":
			return r.text(&e.RunID)
		case "facets":
			return r.object(func(key []byte) error { return r.runFacet(string(key), &e.run) })
		}
		return r.Skip()
	})
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
	return r.object(func(key []byte) error {
		if string(key) == name {
			return r.text(to)
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
	short := plain.Cut(line, maxSummary-len(plain.Ellipsis))
	return strings.Clone(short)
}

func (r *reader) parent(p *parent) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "run":
			return r.field("runId", &p.id)
		case "job":
			return r.object(func(key []byte) error { return r.named(string(key), &p.job.Namespace, &p.job.Name) })
		}
		return r.Skip()
	})
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
		return r.object(func(key []byte) error {
			if string(key) != "jobType" {
				return r.Skip()
			}
			return r.jobTypeOf(e)
		})
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
		switch string(key) {
		case "facets", "inputFacets": // dbt writes its assertions into facets
			return r.object(func(key []byte) error {
				switch string(key) {
				case "symlinks":
					return r.symlinks(&in.links)
				case "dataQualityAssertions":
					return r.assertions(&in.assertions)
				}
				return r.Skip()
			})
		}
		return r.named(string(key), &in.Namespace, &in.Name)
	})
}

func (r *reader) output(out *output, e *Event) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "facets", "outputFacets":
			return r.object(func(key []byte) error { return r.outputFacet(string(key), out, e) })
		}
		return r.named(string(key), &out.Namespace, &out.Name)
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
		return r.object(func(key []byte) error {
			if string(key) == "outputCondition" {
				return r.condition(&out.Partition)
			}
			return r.Skip()
		})
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
	return r.object(func(key []byte) error {
		if string(key) != "dimensions" {
			return r.Skip()
		}
		return r.object(func([]byte) error {
			*n++
			return r.text(value)
		})
	})
}

func (r *reader) symlinks(to *[]Dataset) error {
	return r.object(func(key []byte) error {
		if string(key) != "identifiers" {
			return r.Skip()
		}
		return r.list(func() error { return r.identifier(to) })
	})
}

// identifier reads one dataset that a facet names. One without a namespace or a name is skipped,
// and one that has just been read is not kept twice: each column repeats its dataset.
func (r *reader) identifier(to *[]Dataset) error {
	var d Dataset
	err := r.object(func(key []byte) error { return r.named(string(key), &d.Namespace, &d.Name) })
	if err != nil || d.Namespace == "" || d.Name == "" {
		return err
	}
	if n := len(*to); n > 0 && (*to)[n-1] == d {
		return nil
	}
	*to = append(*to, d)
	return r.spend()
}

// columnLineage reads which datasets the columns of an output come from, and the dataset as a whole.
func (r *reader) columnLineage(e *Event) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "fields":
			return r.object(func([]byte) error {
				return r.object(func(key []byte) error {
					if string(key) != "inputFields" {
						return r.Skip()
					}
					return r.list(func() error { return r.identifier(&e.columns) })
				})
			})
		case "dataset":
			return r.list(func() error { return r.identifier(&e.columns) })
		}
		return r.Skip()
	})
}

func (r *reader) assertions(to *[]assertion) error {
	return r.object(func(key []byte) error {
		if string(key) != "assertions" {
			return r.Skip()
		}
		return r.list(func() error {
			var a assertion
			if err := r.assertion(&a); err != nil {
				return err
			}
			if a.name == "" || !a.told {
				return nil
			}
			*to = append(*to, a)
			return r.spend()
		})
	})
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
