/// How a text trace writes what stands before an event.
public enum TextTraceFormat: String, CaseIterable, Hashable, Sendable {
    /// tracefs `trace` and `trace_pipe`: `bash-102     [001] d..1.   118.151857: event: ...`, also without irq info and with tgid.
    case tracefs
    /// tracefs with `latency-format`: `bash-102     1d..1.  12us+: event: ...`, and the latency tracers.
    case tracefsLatency
    /// tracefs with `latency-format` and `verbose`.
    case tracefsLatencyVerbose
    /// tracefs with `raw`: `102 1 118151857426 type: 1399`. It does not name events.
    case tracefsRaw
    /// tracefs without `context-info`: `event: ...`, without task, CPU and time.
    case tracefsNoContext
    /// The function_graph tracer: ` 1) + 12.345 us |  function();`.
    case functionGraph
    /// `trace-cmd report`.
    case traceCmd
    /// `trace-cmd report -l`.
    case traceCmdLatency
    /// `perf script` of trace events.
    case perfScript

    /// A short name for people.
    public var name: String {
        switch self {
        case .tracefs: "tracefs trace or trace_pipe"
        case .tracefsLatency: "tracefs trace, latency format"
        case .tracefsLatencyVerbose: "tracefs trace, verbose latency format"
        case .tracefsRaw: "tracefs trace, raw"
        case .tracefsNoContext: "tracefs trace without context"
        case .functionGraph: "tracefs trace of the function_graph tracer"
        case .traceCmd: "trace-cmd report"
        case .traceCmdLatency: "trace-cmd report, latency format"
        case .perfScript: "perf script"
        }
    }

    /// trace-cmd aligns what stands behind an event's name.
    var alignsText: Bool { self == .traceCmd || self == .traceCmdLatency }

    /// Formats in which a line's beginning tells an event from what continues the one before.
    var hasContext: Bool { self != .tracefsNoContext }
}
