import ByteScan
import Conformance
import FoundationEssentials
import KernelLog
import Livepatch
import Reports
import TestSupport
import Testing
import Timeline

/// Damaged input: what can be read is judged, and the verdict is at best inconclusive.
struct BadInputTests {
    /// A log without repetitions that a compressor could fold: a cut stream still holds its beginning.
    /// Whole operations come first, before every cut.
    private static let long: [UInt8] = {
        var random: UInt64 = 88_172_645_463_325_252
        let noise = (0..<12_000).map { place in
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return "[  \(200 + place).000001] audit: \(random)\n"
        }
        return Array((SmallLog.conforming + noise.joined()).utf8)
    }()

    private func read(file name: String, _ bytes: [UInt8]) throws -> Report {
        let directory = FileManager.default.temporaryDirectory.appending(path: "klp-verify-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: name)
        try Data(bytes).write(to: file)
        return makeReport(of: [Source(path: file.path, index: 0, needles: Needles.all)])
    }

    @Test(arguments: [0.5, 0.9, 0.999]) func aTruncatedGzipFileIsJudgedAsFarAsItCanBeRead(part: Double) throws {
        let whole = gzipMember(Self.long)
        #expect(try read(file: "kern.log.gz", whole).verdict == .conforms)
        let report = try read(file: "kern.log.gz", Array(whole[..<Int(Double(whole.count) * part)]))
        #expect(report.boots.map(\.verdict) == [.conforms])
        #expect(report.verdict == .inconclusive)
        guard case .truncated(_, .gzip, _, _)? = report.sources.first?.error else {
            Issue.record("\(String(describing: report.sources.first?.error))")
            return
        }
    }

    @Test(arguments: [0.5, 0.9, 0.999]) func aTruncatedZstdFileIsJudgedAsFarAsItCanBeRead(part: Double) throws {
        let whole = zstdFrame(Self.long)
        #expect(try read(file: "kern.log.zst", whole).verdict == .conforms)
        let report = try read(file: "kern.log.zst", Array(whole[..<Int(Double(whole.count) * part)]))
        #expect(report.boots.map(\.verdict) == [.conforms])
        #expect(report.verdict == .inconclusive)
        guard case .truncated(_, .zstd, _, _)? = report.sources.first?.error else {
            Issue.record("\(String(describing: report.sources.first?.error))")
            return
        }
    }

    @Test func aDamagedGzipFileNeverConforms() throws {
        var bytes = gzipMember(Self.long)
        bytes[bytes.count - 6] ^= 0xFF
        #expect(try read(file: "kern.log.gz", bytes).verdict == .inconclusive)
    }

    @Test func aDamagedSourceIsNamedForPrograms() throws {
        let whole = gzipMember(Self.long)
        let text = JSONLinesReport(try read(file: "kern.log.gz", Array(whole[..<(whole.count / 2)]))).text
        #expect(text.contains("\"type\":\"source\""))
        #expect(text.contains("is truncated"))
        #expect(text.contains("\"verdict\":\"inconclusive\""))
    }

    @Test func aTruncatedStreamThatGivesNothingIsNoVerdict() throws {
        let whole = gzipMember(Self.long)
        let report = try read(file: "kern.log.gz", Array(whole[..<12]))
        #expect(report.boots.isEmpty)
        #expect(report.verdict == nil)
    }

    @Test func anEmptyFileIsNoVerdict() {
        let report = makeReport([UInt8]())
        #expect(report.boots.isEmpty)
        #expect(report.verdict == nil)
        #expect(TextReport(report).text == "dmesg.log: empty\n")
    }

    @Test func aFileThatIsMissingIsNoVerdict() {
        let report = makeReport(of: [Source(path: "/nonexistent/dmesg", index: 0, needles: Needles.all)])
        #expect(report.verdict == nil)
        #expect(report.sources.first?.error == .cannotOpen(name: "/nonexistent/dmesg", errno: 2))
    }

    @Test func aLogWithoutLivepatchLinesIsInconclusive() {
        #expect(makeReport("[    1.000001] usb 1-1: new device\n".utf8).verdict == .inconclusive)
    }

    @Test func nothingButNULsNeverConforms() {
        let report = makeReport([UInt8](repeating: 0, count: 4096))
        #expect(report.boots.isEmpty)
        #expect(report.verdict != .conforms)
    }

    /// A file system that lost power leaves pages of NULs.
    @Test func nulsBetweenLinesHideNoLine() {
        let whole = makeReport(SmallLog.conforming.utf8)
        let lines = SmallLog.conforming.split(separator: "\n").map { $0 + "\n" }
        let page = [UInt8](repeating: 0, count: 4096)
        var bytes = Array(lines[..<8].joined().utf8)
        bytes += page
        bytes += Array(("\n" + lines[8...].joined()).utf8)
        let report = makeReport(bytes)
        #expect(report.boots.map { $0.observations.map(\.event) } == whole.boots.map { $0.observations.map(\.event) })
        #expect(report.verdict != .violates)
    }

    /// `dmesg --json` of the conforming log.
    private var json: String {
        let records = SmallLog.conforming.split(separator: "\n").map { line in
            "{\n \"pri\": 6,\n \"time\": \(line.dropFirst(3).prefix(10)),\n \"msg\": \"\(line.dropFirst(15))\"\n}"
        }
        return "{\n \"dmesg\": [\n" + records.joined(separator: ",") + "\n ]\n}\n"
    }

    @Test func wholeJSONConforms() {
        #expect(makeReport(json.utf8, name: "dmesg.json").verdict == .conforms)
    }

    @Test(arguments: Array(stride(from: 0.3, to: 0.95, by: 0.05)))
    func jsonThatIsCutIsReadAsFarAsItGoesAndNeverViolates(part: Double) {
        let whole = makeReport(json.utf8).boots.flatMap(\.observations).map(\.event)
        let report = makeReport(json.utf8.prefix(Int(Double(json.utf8.count) * part)), name: "dmesg.json")
        let events = report.boots.flatMap(\.observations).map(\.event)
        #expect(!events.isEmpty)
        #expect(events == Array(whole.prefix(events.count)))
        #expect(report.verdict != .violates)
    }

    @Test func jsonThatIsCutNeverConforms() throws {
        let end = json.utf8.count - "\n ]\n}\n".utf8.count
        let report = makeReport(json.utf8.prefix(end), name: "dmesg.json")
        let summary = try #require(report.sources.first?.summary)
        #expect(summary.problems.map(\.kind) == [.truncatedJSON])
        #expect(report.verdict != .conforms)
    }
}
