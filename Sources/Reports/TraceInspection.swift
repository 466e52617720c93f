import ByteScan
import Ftrace

/// What a trace holds, for people: `klp-verify inspect`.
public struct TraceInspection: Sendable {
    /// The lines, the first of which names the file.
    public let lines: [String]

    /// Reads the trace at the path.
    public init(path: String) {
        do throws(TraceFileError) {
            lines = Self.lines(try TraceFile(path: path).inspect(), path)
        } catch {
            lines = error.reason == .notATraceFile ? Self.text(path) : ["\(path): \(error.description)"]
        }
    }

    // MARK: trace.dat

    private static func lines(_ found: TraceFileInspection, _ path: String) -> [String] {
        var lines = [
            "\(path): trace.dat version \(found.version), compression \(found.compression), \(found.longSize * 8) bits, "
                + (found.isBigEndian ? "big endian" : "little endian"),
            "  \(found.size) bytes; formats of \(found.recordable.count) events; options: "
                + (found.options.isEmpty ? "none" : Words.list(found.options.map(\.name))),
        ]
        for buffer in found.buffers { lines += self.lines(buffer) }
        for text in found.texts { lines.append("  \(title(text.instance)): stored as text") }
        let counts = found.events.map { event in
            (name: [event.system, event.name].compactMap { $0 }.joined(separator: ":"), count: event.count)
        }
        lines += events(counts) + TraceCoverage(found).lines + losses(found.loss)
        for error in found.damage.prefix(5) { lines.append("  damaged: \(error.description)") }
        if found.damageCount > 5 { lines.append("  damaged: and \(Words.count(found.damageCount - 5, "more place"))") }
        return lines
    }

    private static func lines(_ buffer: TraceFileInspection.Buffer) -> [String] {
        let clock = buffer.clock.map { "clock \($0)" } ?? "clock not named"
        let events = buffer.cpus.reduce(0) { $0 + $1.events }
        var lines = [
            "  \(title(buffer.instance)): \(clock), \(Words.count(events, "event")) of \(Words.count(buffer.cpus.count, "CPU"))"
                + (buffer.isRecovered ? "; found without its table of CPUs, which is lost" : "")
        ]
        for cpu in buffer.cpus where cpu.events > 0 {
            let span = cpu.span.map { ", \(seconds($0.lowerBound)) to \(seconds($0.upperBound))" } ?? ""
            lines.append("    CPU \(cpu.id): \(Words.count(cpu.events, "event"))\(span)")
        }
        return lines
    }

    private static func title(_ instance: String?) -> String { instance.map { "instance \($0)" } ?? "buffer" }

    private static func seconds(_ nanoseconds: Int64) -> String { Words.seconds(nanoseconds / 1000) + " s" }

    // MARK: Text

    private static func text(_ path: String) -> [String] {
        do throws(ByteSourceError) {
            var source = try ByteSource(path: path)
            let summary = TextTraceReader(source: 0, wanted: { _ in false }).read(&source) { _ in }
            return lines(summary, path)
        } catch {
            return ["\(path): \(error.cause)"]
        }
    }

    private static func lines(_ found: TextTraceSummary, _ path: String) -> [String] {
        guard let format = found.format else { return ["\(path): a trace of no known form"] }
        var lines = ["\(path): \(format.name), \(Words.count(found.lines, "line"))"]
        let header = [
            found.header.tracer.map { "tracer \($0)" }, found.header.cpus.map { Words.count($0, "CPU") },
            found.header.kernel.map { "kernel \($0)" }, found.clock.map(words),
        ].compactMap { $0 }
        if !header.isEmpty { lines.append("  " + header.joined(separator: ", ")) }
        let counts = found.counts.map { name, count in
            switch name.kind {
            case .event: (name: name.name, count: count)
            case .functionEntry: (name: "entry of \(name.name)", count: count)
            case .functionReturn: (name: "return of \(name.name)", count: count)
            }
        }
        lines += events(counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) })
        if format == .tracefsRaw {
            lines.append("  raw: \(TraceText.raw)")
        } else {
            lines += TraceCoverage(found).lines
        }
        if found.isCut { lines.append("  damaged: it ends in the middle of a line, before its header says") }
        lines += losses(found.losses)
        if found.unrecognised > 0 {
            let places = found.unrecognisedPlaces.compactMap { $0.line.map(String.init) }
            lines.append(
                "  not understood: \(Words.count(found.unrecognised, "line")) (\(places.prefix(5).joined(separator: ", ")))"
            )
        }
        if let error = found.error { lines.append("  stopped: \(error.description)") }
        return lines
    }

    private static func words(_ clock: TextTraceClock) -> String {
        switch clock {
        case .seconds: "stamps in seconds"
        case .raw: "stamps in units of the trace's clock"
        case .microseconds: "stamps in microseconds since its beginning"
        }
    }

    // MARK: Both

    /// So many kinds of events are named.
    private static let mostNames = 12

    /// The events by how many there are.
    private static func events(_ counts: [(name: String, count: Int)]) -> [String] {
        guard !counts.isEmpty else { return ["  events: none"] }
        let list = counts.prefix(mostNames).map { "\($0.count) \($0.name)" }.joined(separator: ", ")
        let more = counts.count > mostNames ? ", and \(Words.count(counts.count - mostNames, "other kind"))" : ""
        return ["  events: \(list)\(more)"]
    }

    private static func losses(_ losses: [TraceLoss]) -> [String] {
        losses.prefix(20).map { loss in
            let cpu = loss.cpu.map { " of CPU \($0)" } ?? ""
            let place = loss.place.line.map { "line \($0)" } ?? "byte \(loss.place.offset)"
            let way = loss.lasts ? "behind" : "before"
            return "  lost: \(loss.count.map { Words.count($0, "event") } ?? "events")\(cpu) \(way) \(place)"
        } + (losses.count > 20 ? ["  lost: and at \(Words.count(losses.count - 20, "more place"))"] : [])
    }
}
