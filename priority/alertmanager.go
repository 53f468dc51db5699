package priority

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// AlertLabels are the names of the labels of an alert that a signal needs. The zero AlertLabels has
// the defaults.
type AlertLabels struct {
	// Asset is the label that holds the asset's ID. Defaults to "asset".
	// An alert without it is about the asset that has the alert's name.
	Asset string

	// Severity is the label that holds the severity. Defaults to "severity". The value "page" reads
	// as critical. A value that is not the text of a Severity, and a missing label, is
	// SeverityUnknown and so counts as the worst.
	Severity string
}

// webhook is what Alertmanager posts:
// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
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

// FromAlertmanager reads the body that a Prometheus Alertmanager posts to a webhook, version 4. It
// returns one signal for each alert, of kind KindAlert, from the source "alertmanager". The
// signal's dimensions are the alert's labels without those of asset and severity. Its summary is
// the annotation "summary", or else "description", or else the alert's name.
//
// A firing signal has the instant at which the body was received, because Alertmanager repeats what
// continues. If received is zero, it has the instant at which the alert began. A resolved signal
// has the instant at which the alert ended. Instants in the body are RFC 3339 text. An alert is
// resolved only if its own status is "resolved". If Alertmanager left alerts out, there is one more
// signal about that, of kind KindNotMeasured and about the asset "alertmanager".
//
// An alert whose instant cannot be read is a signal without an instant. The error then joins a
// [*sla.FieldError] for each of them, and all signals are returned with it. A body that is not such
// JSON, or of another version, is an error without signals.
func FromAlertmanager(body []byte, labels AlertLabels, received time.Time) ([]Signal, error) {
	var hook webhook
	if err := json.Unmarshal(body, &hook); err != nil {
		return nil, fmt.Errorf("priority: alertmanager: %w", err)
	}
	if hook.Version != "4" {
		return nil, fault.New("version", "%s is not \"4\"", plain.Quote(hook.Version))
	}

	var (
		signals []Signal
		f       fault.List
	)
	for i := range hook.Alerts {
		s, err := hook.Alerts[i].signal(labels, received)
		if err != nil {
			f.Add(fault.Join(fault.Element("alerts", i), hook.Alerts[i].instantField()), "%w", err)
		}
		signals = append(signals, s)
	}
	if hook.Truncated > 0 {
		signals = append(signals, hook.leftOut(received))
	}
	return signals, f.Err()
}

func (h *webhook) leftOut(received time.Time) Signal {
	return Signal{
		Asset: "alertmanager", Kind: KindNotMeasured, Source: "alertmanager", At: received,
		Summary:    "has left out " + plain.Count(h.Truncated, "alert"),
		Dimensions: map[string]string{"groupKey": h.GroupKey},
	}
}

func (a *webhookAlert) resolved() bool { return a.Status == "resolved" }

// instantField returns the name of the field that holds the instant of the news.
func (a *webhookAlert) instantField() string {
	if a.resolved() {
		return "endsAt"
	}
	return "startsAt"
}

func (a *webhookAlert) signal(labels AlertLabels, received time.Time) (Signal, error) {
	assetLabel, severityLabel := cmp.Or(labels.Asset, "asset"), cmp.Or(labels.Severity, "severity")
	name := a.Labels["alertname"]
	s := Signal{
		Asset: cmp.Or(a.Labels[assetLabel], name), Kind: KindAlert, Source: "alertmanager",
		Resolved: a.resolved(), At: received,
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
