package priority

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// AlertLabels says which labels of an alert name what a signal needs. The zero AlertLabels is usable.
type AlertLabels struct {
	// Asset is the label that holds the asset's ID. Defaults to "asset".
	// An alert without it is about the asset named as the alert is.
	Asset string

	// Severity is the label that holds the severity. Defaults to "severity". "page" reads as critical;
	// a value that is not the text of a Severity, or none, is SeverityUnknown, and so counts as the worst.
	Severity string
}

// webhook is what Alertmanager posts: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
type webhook struct {
	Version   string         `json:"version"`
	GroupKey  string         `json:"groupKey"`
	Truncated int            `json:"truncatedAlerts"`
	Alerts    []webhookAlert `json:"alerts"`
}

type webhookAlert struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    string            `json:"startsAt"`
	EndsAt      string            `json:"endsAt"`
}

// FromAlertmanager reads the body that a Prometheus Alertmanager posts to a webhook, version 4: one signal for each alert,
// of kind Alert, from the source "alertmanager". Its dimensions are the alert's labels but those of asset and severity;
// its summary is the annotation "summary", or else "description", or else the alert's name.
//
// A firing signal is of the instant at which the body was received, because Alertmanager repeats what goes on;
// a resolved one of the instant at which it ended, which is RFC 3339 text. With a zero received, firing ones are of the instant they began.
// An alert is resolved only if its own status says so.
// If Alertmanager says that it left alerts out, one more signal, of kind Unmeasured about the asset "alertmanager", says so too.
//
// An alert of which an instant cannot be read is a signal without that instant; the error then joins a [*sla.FieldError] for each,
// beside all the signals. A body that is not such JSON, or of another version, is an error without signals.
func FromAlertmanager(body []byte, labels AlertLabels, received time.Time) ([]Signal, error) {
	var hook webhook
	if err := json.Unmarshal(body, &hook); err != nil {
		return nil, fmt.Errorf("priority: alertmanager: %w", err)
	}
	if hook.Version != "4" {
		return nil, &sla.FieldError{Path: "version", Err: fmt.Errorf("%q is not \"4\"", hook.Version)}
	}
	var (
		signals []Signal
		f       faults
	)
	for i := range hook.Alerts {
		s, err := hook.Alerts[i].signal(labels, received)
		if err != nil {
			f.add(fmt.Sprintf("alerts[%d].%s", i, hook.Alerts[i].instant()), "%w", err)
		}
		signals = append(signals, s)
	}
	if hook.Truncated > 0 {
		signals = append(signals, hook.leftOut(received))
	}
	return signals, errors.Join(f...)
}

func (h *webhook) leftOut(received time.Time) Signal {
	return Signal{
		Asset: "alertmanager", Kind: Unmeasured, Source: "alertmanager", At: received,
		Summary: "has left out " + plural(h.Truncated, "alert"), Dimensions: map[string]string{"groupKey": h.GroupKey},
	}
}

func (a *webhookAlert) resolved() bool { return a.Status == "resolved" }

// instant names the field that tells when the news is of.
func (a *webhookAlert) instant() string {
	if a.resolved() {
		return "endsAt"
	}
	return "startsAt"
}

func (a *webhookAlert) signal(labels AlertLabels, received time.Time) (Signal, error) {
	assetLabel, severityLabel := cmp.Or(labels.Asset, "asset"), cmp.Or(labels.Severity, "severity")
	name := a.Labels["alertname"]
	s := Signal{
		Asset: cmp.Or(a.Labels[assetLabel], name), Kind: Alert, Source: "alertmanager", Resolved: a.resolved(), At: received,
		Severity:   alertSeverity(a.Labels[severityLabel]),
		Summary:    cmp.Or(a.Annotations["summary"], a.Annotations["description"], name),
		Dimensions: maps.Clone(a.Labels),
	}
	delete(s.Dimensions, assetLabel)
	delete(s.Dimensions, severityLabel)
	if !s.Resolved && !received.IsZero() {
		return s, nil
	}
	text := a.StartsAt
	if s.Resolved {
		text = a.EndsAt
	}
	var err error
	s.At, err = time.Parse(time.RFC3339, text)
	return s, err
}

func alertSeverity(label string) (s Severity) {
	if strings.EqualFold(label, "page") {
		return SeverityCritical
	}
	if s.UnmarshalText([]byte(label)) != nil {
		return SeverityUnknown
	}
	return s
}
