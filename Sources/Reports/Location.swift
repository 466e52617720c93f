import KernelLog
import Reconstruction
import Timeline

/// Where a line stands: `dmesg.log:812` with its stamp if it has one.
enum Location {
    static func text(_ observation: Observation, _ sources: [Source]) -> String { text(observation.record, sources) }

    /// `line 812, 119.715437 s`; without its time where that is no time since the boot.
    static func text(_ record: LogRecord, _ sources: [Source]) -> String {
        let line = text(record.place, sources)
        guard let time = record.time, time.clock == .boot else { return line }
        return "\(line), \(Words.seconds(time.microseconds)) s"
    }

    /// ` since line 812, 119.715437 s`; what the log does not show was before it began.
    static func text(_ word: String, _ observation: Observation?, _ sources: [Source]) -> String {
        observation.map { "\(word) \(text($0, sources))" } ?? "\(word.isEmpty ? "" : " before the log begins")"
    }

    /// `line 812`, with several sources `dmesg.log:812`; in a binary trace `byte 4096`.
    static func text(_ place: Place, _ sources: [Source] = []) -> String {
        if sources.count > 1 { return quoted(place, sources) }
        return place.line > 0 ? "line \(place.line)" : "byte \(place.offset)"
    }

    /// `dmesg.log:812`, `trace.dat:byte 4096`.
    static func quoted(_ place: Place, _ sources: [Source]) -> String {
        "\(name(place, sources)):\(place.line > 0 ? String(place.line) : "byte \(place.offset)")"
    }

    static func name(_ place: Place, _ sources: [Source]) -> String { name(place.source, sources) }

    /// What the user called a source.
    static func name(_ source: Int, _ sources: [Source]) -> String {
        sources.indices.contains(source) ? sources[source].name : "?"
    }
}
