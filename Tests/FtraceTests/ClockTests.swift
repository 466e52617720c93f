import Foundation
import TestSupport
import Testing

@testable import Ftrace

/// Options of a `trace.dat` that say what its stamps count.
struct ClockOptions: CustomTestStringConvertible {
    let testDescription: String
    /// By number.
    let options: [(id: Int, bytes: [UInt8])]
    /// Nanoseconds for the stamps of CPU 0 and of CPU 1.
    let times: [[Int64]]

    static let stamps: [UInt64] = [500_000, 1_000_000, 1_400_000, 2_000_000, 2_500_000, 3_100_000]

    private static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// A measurement of the time shift, by CPU: time, offset, scaling, bits of its fraction.
    private typealias Sample = (UInt64, Int64, UInt64, UInt64)

    private static func shift(flags: UInt32, _ cpus: [[Sample]], hasFractions: Bool = true) -> (Int, [UInt8]) {
        var bytes = number(UInt64(0xABCD)) + number(flags) + number(UInt32(cpus.count))
        for samples in cpus {
            bytes += number(UInt32(samples.count))
            for sample in samples { bytes += number(sample.0) }
            for sample in samples { bytes += number(sample.1) }
            for sample in samples { bytes += number(sample.2) }
        }
        if hasFractions { for sample in cpus.joined() { bytes += number(sample.3) } }
        return (12, bytes)
    }

    private static func text(_ id: Int, _ text: String) -> (Int, [UInt8]) { (id, Array((text + "\0").utf8)) }

    private static func both(_ times: [Int64]) -> [[Int64]] { [times, times] }

    private static let plain = stamps.map { Int64($0) }

    private static let three: [Sample] = [(2_000_000, 300, 1, 0), (1_000_000, 100, 1, 0), (3_000_000, -500, 1, 0)]

    static let all = [
        ClockOptions(testDescription: "none", options: [], times: both(plain)),
        ClockOptions(
            testDescription: "OFFSET", options: [text(7, "123456789")], times: both(plain.map { $0 + 123_456_789 })),
        ClockOptions(
            testDescription: "DATE, in microseconds", options: [text(1, "0x10")], times: both(plain.map { $0 + 16_000 })
        ),
        ClockOptions(
            testDescription: "TSC2NSEC", options: [(14, number(UInt32(3)) + number(UInt32(2)) + number(UInt64(77)))],
            times: both(plain.map { $0 * 3 / 4 })),
        ClockOptions(
            testDescription: "TIME_SHIFT with one measurement; CPU 1 has none",
            options: [shift(flags: 1, [[(5, 1_000, 7, 1)]])], times: [plain.map { $0 + 1_000 }, plain]),
        ClockOptions(
            testDescription: "TIME_SHIFT with two measurements, interpolated and extrapolated",
            options: [
                shift(flags: 1, [[(1_000_000, 100, 1, 0), (2_000_000, 300, 1, 0)], [(0, -7, 1, 0), (9, -7, 1, 0)]])
            ],
            times: [[500_001, 1_000_100, 1_400_180, 2_000_300, 2_500_400, 3_100_520], plain.map { $0 - 7 }]),
        ClockOptions(
            testDescription: "TIME_SHIFT with three measurements in no order",
            options: [shift(flags: 1, [three, three + [(1_000_000, 9, 1, 0)]])],
            times: both([500_001, 1_000_100, 1_400_180, 2_000_300, 2_499_901, 3_099_421])),
        ClockOptions(
            testDescription: "TIME_SHIFT without interpolation", options: [shift(flags: 0, [three, three])],
            times: both([500_100, 1_000_100, 1_400_100, 2_000_300, 2_500_300, 3_100_300])),
        ClockOptions(
            testDescription: "TIME_SHIFT with scaling, then TSC2NSEC, then OFFSET",
            options: [
                shift(flags: 0, [[(0, 8, 5, 1), (9, 8, 5, 1)], [(0, 0, 1, 0), (9, 0, 1, 0)]]),
                (14, number(UInt32(1)) + number(UInt32(1)) + number(UInt64(0))), text(7, "5"),
            ],
            times: [plain.map { ($0 * 5 / 2 + 8) / 2 + 5 }, plain.map { $0 / 2 + 5 }]),
    ]

    /// A trace with an event of each stamp on both CPUs, in the top buffer and in an instance.
    func bytes(_ storage: Storage) -> [UInt8] {
        var trace = TraceFileFormatTests.trace(Machine.all[0])
        var page = trace.page(time: Self.stamps[0])
        var last = Self.stamps[0]
        for stamp in Self.stamps {
            page.event(trace.head(5, pid: 1) + trace.long(0) + Array("x\0".utf8), delta: UInt32(stamp - last))
            last = stamp
        }
        trace.buffer("", [page.page(), page.page()])
        trace.buffer("other", [page.page(), page.page()])
        trace.options = options
        return storage.bytes(trace.content)
    }
}

@Suite("From stamps to nanoseconds")
struct ClockTests {
    private func times(_ records: [TraceRecord], cpu: Int, instance: String? = nil) -> [Int64?] {
        records.filter { $0.cpu == cpu && $0.instance == instance }.map(\.time)
    }

    @Test("As the options say", arguments: Storage.allCases)
    func options(_ storage: Storage) throws {
        for clock in ClockOptions.all {
            let (records, reading) = try TraceFile(bytes: clock.bytes(storage)).all()
            #expect(reading.damage.isEmpty, "\(clock.testDescription)")
            #expect(times(records, cpu: 0) == clock.times[0], "\(clock.testDescription)")
            #expect(times(records, cpu: 1) == clock.times[1], "\(clock.testDescription)")
        }
    }

    @Test("An instance of a guest is not shifted: trace-cmd does not do it either")
    func instances() throws {
        let shifted = try #require(ClockOptions.all.first { $0.testDescription.hasPrefix("TIME_SHIFT with one") })
        let (records, _) = try TraceFile(bytes: shifted.bytes(.plain)).all()
        #expect(times(records, cpu: 0, instance: "other") == ClockOptions.stamps.map { Int64($0) })
    }

    @Test("A TIME_SHIFT that is cut shifts nothing")
    func cut() throws {
        let option = try #require(ClockOptions.all[5].options.first)
        for count in 0..<option.bytes.count - 32 {
            let cut = TraceFileOption(id: option.id, bytes: Array(option.bytes.prefix(count)), offset: 0)
            #expect(TraceFileClock([cut], isBigEndian: false).time(7, cpu: 0, instance: nil) == 7)
        }
    }

    @Test("A loss has the clock of the events")
    func losses() throws {
        var trace = TraceFileFormatTests.trace(Machine.all[0])
        var page = trace.page(time: 1_000)
        page.event(trace.head(5, pid: 1) + trace.long(0) + Array("x\0".utf8), delta: 0)
        trace.buffer("", [page.page(lost: .some(7))])
        trace.options = [(7, Array("50\0".utf8))]
        let file = try TraceFile(bytes: Storage.plain.bytes(trace.content))
        #expect(file.all().1.loss.map(\.time) == [1_050])
        #expect(file.inspect().loss.map(\.time) == [1_050])
    }

    @Test(
        "As trace-cmd report writes them",
        .enabled(if: FileManager.default.isExecutableFile(atPath: TraceCommandEqualityTests.command)),
        arguments: ClockOptions.all)
    func reported(_ clock: ClockOptions) throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("", to: "trace.dat")
        try Data(clock.bytes(.plain)).write(to: URL(filePath: scratch.path("trace.dat")))
        let run = try ProgramRun(
            TraceCommandEqualityTests.command, ["report", "-R", "-t", "-i", "trace.dat"], in: scratch.root)
        #expect(run.status == 0)
        let events = TraceCommandReport(run.output).events
        let (records, _) = try TraceFile(path: scratch.path("trace.dat")).all()
        for instance in [nil, "other"] {
            for cpu in 0..<2 {
                #expect(!events.isEmpty)
                let reported = events.filter { $0.cpu == cpu && $0.instance == instance }.map(\.time)
                #expect(reported == times(records, cpu: cpu, instance: instance))
            }
        }
    }
}
