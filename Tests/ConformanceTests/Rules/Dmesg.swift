import ByteScan
import Conformance
import KernelLog
import Livepatch
import Testing
import Timeline

/// A small log: bare messages, which `text` stamps as dmesg does.
struct Dmesg: Sendable, CustomTestStringConvertible {
    /// The messages, in order.
    var lines: [String]

    init(lines: [String]) { self.lines = lines }

    /// One message a line. Empty lines are left out.
    init(_ text: String) { lines = text.split(separator: "\n").map(String.init) }

    var testDescription: String { "\(lines.first ?? "") and \(lines.count - 1) more" }

    /// The log as dmesg prints it, 10 ms between two messages.
    var text: String {
        lines.enumerated()
            .map { place, line in
                let stamp = String(10_000_000 + place * 10_000)
                return "[   \(stamp.dropLast(6)).\(stamp.suffix(6))] \(line)\n"
            }
            .joined()
    }

    /// The analysis of the log's only boot.
    func analysis(manifest: Manifest = Manifest()) -> Analysis? {
        let source = Source(text: text.utf8, name: "test", index: 0, needles: Needles.including(manifest))
        return source.boots.first.map { Analysis(of: $0, manifest: manifest) }
    }

    static func + (left: Dmesg, right: Dmesg) -> Dmesg { Dmesg(lines: left.lines + right.lines) }
}

/// Edits, by which a legal log becomes a faulty one. Each names lines by a part of their text; the first one that has it
/// counts.
extension Dmesg {
    private func place(of part: String) -> Int? { lines.firstIndex { $0.contains(part) } }

    /// Without the line.
    func without(_ part: String) -> Dmesg {
        var result = self
        if let place = place(of: part) { result.lines.remove(at: place) }
        return result
    }

    /// Without any line that has one of the words.
    func withoutAll(_ words: String...) -> Dmesg {
        Dmesg(lines: lines.filter { line in !words.contains { line.contains($0) } })
    }

    /// With further lines after the line; if it is not the first that has the text, `number` says which.
    func inserting(_ new: String, after part: String, _ number: Int = 1) -> Dmesg {
        var result = self
        let places = lines.indices.filter { lines[$0].contains(part) }
        if places.count >= number, let place = places.prefix(number).last {
            result.lines.insert(contentsOf: Dmesg(new).lines, at: place + 1)
        }
        return result
    }

    /// With the line a second time, right after it.
    func doubling(_ part: String) -> Dmesg {
        place(of: part).map { inserting(lines[$0], after: part) } ?? self
    }

    /// With the two lines in each other's place.
    func swapping(_ first: String, _ second: String) -> Dmesg {
        var result = self
        if let one = place(of: first), let other = place(of: second) { result.lines.swapAt(one, other) }
        return result
    }

    /// With another text in all lines that hold it.
    func replacing(_ old: String, with new: String) -> Dmesg {
        Dmesg(lines: lines.map { $0.replacing(old, with: new) })
    }

    /// With another text in the first line that holds it.
    func replacingFirst(_ old: String, with new: String) -> Dmesg {
        var result = self
        if let place = place(of: old) { result.lines[place] = lines[place].replacing(old, with: new) }
        return result
    }

    /// With another text in the last line that holds it.
    func replacingLast(_ old: String, with new: String) -> Dmesg {
        var result = self
        if let place = lines.lastIndex(where: { $0.contains(old) }) {
            result.lines[place] = lines[place].replacing(old, with: new)
        }
        return result
    }

    /// Without the first line that has the text, and the one after it.
    func withoutFirstTwo(_ part: String) -> Dmesg {
        var result = self
        if let place = place(of: part), place + 1 < lines.count { result.lines.removeSubrange(place...(place + 1)) }
        return result
    }

    /// As at the default log level: without livepatch's debug lines.
    var withoutDebugLines: Dmesg { withoutAll(": initializing ", ": completing ", ": reversing ", ": canceling ") }

    /// With a line of another subsystem after each line.
    var withNoise: Dmesg {
        Dmesg(lines: lines.flatMap { [$0, "usb 1-1: new high-speed USB device number 2 using xhci_hcd"] })
    }
}
