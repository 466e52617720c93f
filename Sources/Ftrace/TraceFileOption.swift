/// An option of a `trace.dat`: what the recorder noted beside the trace.
public struct TraceFileOption: Hashable, Sendable {
    /// Its number in the format.
    public let id: Int
    /// Its bytes.
    public let bytes: [UInt8]
    /// Where its bytes begin in the file.
    public let offset: Int

    /// Numbers of the options this reader takes something from.
    enum Known: Int {
        case date = 1, cpuStatistics, buffer, traceClock, uname, hook, timeOffset, cpuCount, version, processMaps,
            traceID
        case timeShift, guest, stampConversion
        case headerInfo = 16
        case ftraceFormats, eventFormats, symbols, printkFormats, commandLines, text
    }

    var known: Known? { Known(rawValue: id) }

    /// What the format calls it: `UNAME`; `option 99` for one that it does not know.
    public var name: String {
        switch known {
        case .date: "DATE"
        case .cpuStatistics: "CPUSTAT"
        case .buffer: "BUFFER"
        case .traceClock: "TRACECLOCK"
        case .uname: "UNAME"
        case .hook: "HOOK"
        case .timeOffset: "OFFSET"
        case .cpuCount: "CPUCOUNT"
        case .version: "VERSION"
        case .processMaps: "PROCMAPS"
        case .traceID: "TRACEID"
        case .timeShift: "TIME_SHIFT"
        case .guest: "GUEST"
        case .stampConversion: "TSC2NSEC"
        case .headerInfo: "HEADER_INFO"
        case .ftraceFormats: "FTRACE_EVENTS"
        case .eventFormats: "EVENT_FORMATS"
        case .symbols: "KALLSYMS"
        case .printkFormats: "PRINTK"
        case .commandLines: "CMDLINES"
        case .text: "BUFFER_TEXT"
        case nil: "option \(id)"
        }
    }

    /// Its text up to the first zero byte, if it is one that holds text.
    public var text: String? {
        switch known {
        case .date, .cpuStatistics, .traceClock, .uname, .hook, .timeOffset, .version, .processMaps:
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        default: nil
        }
    }
}
