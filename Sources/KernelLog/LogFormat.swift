/// How a source renders the kernel's log.
public enum LogFormat: String, CaseIterable, Hashable, Sendable {
    /// `dmesg` in all its options, serial consoles, and what people paste of them: one text line a record.
    case dmesg
    /// Records of `/dev/kmsg`: `6,1234,5678,-;text`.
    case kmsg
    /// `dmesg --json`.
    case dmesgJSON
    /// Lines that a log daemon stamped: syslog files and `journalctl -o short` in all its variants.
    case syslog
    /// `journalctl -o json`: one object a line.
    case journalJSON
    /// `journalctl -o export`.
    case journalExport
    /// Extended netconsole: records of `/dev/kmsg`, long ones in fragments.
    case netconsole
    /// What a crashed kernel left in persistent storage: parts, the newest first.
    case pstore
    /// Output of the kernel's tracer. It is recognised so that nobody takes it for a log; it is never read.
    case trace
    /// No text at all. It is never read.
    case binary

    /// A short name for people.
    public var name: String {
        switch self {
        case .dmesg: "dmesg or console text"
        case .kmsg: "/dev/kmsg records"
        case .dmesgJSON: "dmesg --json"
        case .syslog: "syslog or journalctl text"
        case .journalJSON: "journalctl -o json"
        case .journalExport: "journalctl -o export"
        case .netconsole: "extended netconsole"
        case .pstore: "pstore dump"
        case .trace: "trace, not a log"
        case .binary: "binary data, not a log"
        }
    }

    /// True if a reader can find records in this format.
    public var holdsRecords: Bool { self != .trace && self != .binary }
}
