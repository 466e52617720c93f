import KernelLog
import Timeline

/// The lines with these words are records; the others only tell prose from logs.
let needles = ["livepatch", "Linux version ", "% insmod"]

/// A source of a few lines.
func source(_ text: String, name: String = "dmesg.txt", index: Int = 0, format: LogFormat? = nil) -> Source {
    Source(text: text.utf8, name: name, index: index, needles: needles, format: format)
}

/// The boots of several files, named in this order.
func boots(_ files: [(name: String, text: String)]) -> [Boot] {
    EvidenceSets.boots(
        of: files.enumerated().map { index, file in source(file.text, name: file.name, index: index) })
}

extension Boot {
    /// The texts of its records, in order.
    var messages: [String] { entries.map(\.record.message) }
    /// The gaps before its records, in order.
    var gaps: [Gap?] { entries.map(\.gap) }
}

/// Lines as dmesg prints them, a second apart.
func dmesg(_ messages: [String], from second: Int = 10) -> String {
    messages.enumerated().map { "[   \(second + $0.offset).000001] \($0.element)\n" }.joined()
}

/// Records as /dev/kmsg gives them, a second apart.
func kmsg(_ messages: [String], from sequence: Int, at second: Int? = nil) -> String {
    messages.enumerated().map { place, message in
        "6,\(sequence + place),\((second ?? sequence) * 1_000_000 + place * 1_000_000 + 1),-;\(message)\n"
    }
    .joined()
}

/// The five lines of one enable.
let enable = [
    "livepatch: enabling patch 'lp'",
    "livepatch: 'lp': initializing patching transition",
    "livepatch: 'lp': starting patching transition",
    "livepatch: 'lp': completing patching transition",
    "livepatch: 'lp': patching complete",
]

/// A kernel's first line.
let banner = "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC"
