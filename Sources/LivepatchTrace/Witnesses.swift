import Ftrace

/// Joins what a trace tells twice: by a function, and by the line that the function prints.
///
/// In a trace that has the kernel's lines these are the events, and functions are their witnesses: a function without its line
/// says nothing, because debug lines are printed only where somebody asked for them. But callbacks print what their author wanted:
/// those of a livepatch of which no callback prints are told by their functions.
enum Witnesses {
    /// A function and its line are so far apart at most, in events and in nanoseconds: the line follows the entry, or comes before
    /// the return.
    private static let reach = (events: 64, time: Int64(2_000_000_000))

    /// Joins them in place: a trace may have very many.
    static func join(_ events: inout [TracedEvent]) {
        let hasLines = events.contains {
            isPrinted($0) && ($0.event.message.namesLivepatch || $0.event.message.isShadowOutput)
        }
        guard hasLines else { return }
        for (line, function) in pairs(events) {
            events[line].witnesses.append(events[function].$record)
            // That it was over by then is no step of it.
            if events[function].evidence != .laterFunction { events[line].steps += events[function].steps }
            events[line].replaces = events[line].replaces ?? events[function].replaces
        }
        let printing = Set(events.filter { isPrinted($0) && $0.event.message == .callback }.map(\.event.patch))
        // A new array has no room to spare for what is left out.
        events = events.filter { event in
            isPrinted(event) || !event.event.message.isPrintedByKernel
                || (event.event.message == .callback && event.event.patch != nil
                    && !printing.contains(event.event.patch))
        }
    }

    /// The lines and the functions that say the same, by their places.
    private static func pairs(_ events: [TracedEvent]) -> [(line: Int, function: Int)] {
        var result: [(line: Int, function: Int)] = []
        var open: [EventKey: Int] = [:]
        for place in events.indices {
            let event = events[place]
            let key = EventKey(event.event)
            guard let other = open[key], isPrinted(events[other]) != isPrinted(event), isNear(events, other, place),
                isOfOneTask(events[other], event)
            else {
                open[key] = place
                continue
            }
            result.append(isPrinted(event) ? (place, other) : (other, place))
            open[key] = nil
        }
        return result
    }

    private static func isPrinted(_ event: TracedEvent) -> Bool { event.evidence == .printed }

    /// A function and its line are one task's, but for lines that went to the console later, and for what another function proves.
    private static func isOfOneTask(_ one: TracedEvent, _ other: TracedEvent) -> Bool {
        guard one.evidence != .laterFunction, other.evidence != .laterFunction,
            !one.record.isPrintedLater, !other.record.isPrintedLater,
            let task = one.record.task?.pid, let second = other.record.task?.pid
        else { return true }
        return task == second
    }

    private static func isNear(_ events: [TracedEvent], _ one: Int, _ other: Int) -> Bool {
        guard other - one <= reach.events else { return false }
        guard let first = events[one].record.time, let second = events[other].record.time else { return true }
        return second.subtractingReportingOverflow(first).partialValue.magnitude <= reach.time.magnitude
    }
}
