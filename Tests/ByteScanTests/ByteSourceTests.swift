import Glibc
import TestSupport
import Testing

@testable import ByteScan

/// Everything a source gives, read in pieces of `step` bytes, and the error that ended it.
private func drain(_ source: consuming ByteSource, step: Int = 37) -> (bytes: [UInt8], error: ByteSourceError?) {
    var source = source
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 1)
    defer { buffer.deallocate() }
    while true {
        do throws(ByteSourceError) {
            let count = try source.read(into: buffer)
            guard count > 0 else { return (bytes, nil) }
            bytes += buffer[..<count]
        } catch {
            return (bytes, error)
        }
    }
}

private func drain(_ bytes: [UInt8], step: Int = 37) -> (bytes: [UInt8], error: ByteSourceError?) {
    drain(ByteSource(bytes: bytes, name: "memory"), step: step)
}

/// Log-like lines that compress, but not to nothing.
private func sampleText(lines: Int) -> [UInt8] {
    var random = SeededGenerator(seed: 1)
    return (0..<lines).flatMap { Array("[\($0).\(random.next() % 1_000_000)] worker: step \($0)\n".utf8) }
}

private let formats: [(CompressedContainer, @Sendable ([UInt8]) -> [UInt8])] = [
    (.zstd, { zstdFrame($0, blockSize: 500) }), (.gzip, gzipMember),
]

@Test(arguments: [1, 37, 100_000]) func framesAndMembersFollowEachOther(step: Int) {
    let text = sampleText(lines: 3000)
    let more = sampleText(lines: 20)
    for (_, compress) in formats {
        let seen = drain(compress(text) + compress([]) + compress(more), step: step)
        #expect(seen.bytes == text + more)
        #expect(seen.error == nil)
    }
}

@Test func skippableFramesArePassedOver() {
    let text = sampleText(lines: 20)
    let seen = drain(zstdSkippableFrame([1, 2, 3]) + zstdFrame(text) + zstdSkippableFrame([]))
    #expect(seen.bytes == text)
    #expect(seen.error == nil)
}

@Test func zeroPaddingAfterGzipIsToleratedAndOtherDataIsNot() {
    let member = gzipMember(Array("text".utf8))
    let padded = drain(member + [UInt8](repeating: 0, count: 200_000))
    #expect(padded.bytes == Array("text".utf8))
    #expect(padded.error == nil)
    for garbage: [UInt8] in [[0, 0, 1], Array("garbage".utf8)] {
        let seen = drain(member + garbage)
        #expect(seen.bytes == Array("text".utf8))
        guard case .corrupt(_, .gzip, _, 4, _) = seen.error else {
            Issue.record("\(String(describing: seen.error))")
            continue
        }
    }
}

@Test func everyTruncationGivesThePrefixAndTheOffset() {
    let text = sampleText(lines: 60)
    for (container, compress) in formats {
        let whole = compress(text)
        var longest = 0
        for length in 4..<whole.count {
            let seen = drain(Array(whole[..<length]))
            #expect(text.starts(with: seen.bytes))
            #expect(
                seen.error
                    == .truncated(name: "memory", container: container, offset: length, decoded: seen.bytes.count))
            #expect(seen.bytes.count >= longest, "a longer file must not give less")
            longest = seen.bytes.count
        }
        #expect(longest == text.count, "only the checksum is missing at the end")
    }
}

@Test func everyFlippedByteIsSurvived() {
    let text = sampleText(lines: 30)
    for (_, compress) in formats {
        let whole = compress(text) + compress(text)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0xFF
            let seen = drain(damaged, step: 1000)
            // Without its magic number the stream is plain; a checksum guards the text, and nothing the names and stamps.
            if seen.error == nil { #expect(seen.bytes == text + text || index < 4 && seen.bytes == damaged) }
            if index >= whole.count / 2 { #expect(seen.bytes.starts(with: text)) }
        }
    }
}

@Test func anErrorCostsNoBlockButItsOwn() {
    let text = sampleText(lines: 60)
    let frame = zstdFrame(text, blockSize: 500)
    // The reserved block type in the header after the first block.
    let first = zstdFrame(Array(text[..<500]), blockSize: 500)
    var damaged = frame
    let secondHeader = first.count - 3 - 4
    damaged[secondHeader] |= 0x06
    let seen = drain(damaged)
    #expect(seen.bytes == Array(text[..<500]))
    guard case .corrupt(_, .zstd, let offset, 500, _) = seen.error else {
        Issue.record("\(String(describing: seen.error))")
        return
    }
    #expect(offset >= secondHeader && offset <= secondHeader + 3)
}

@Test func anErrorIsThrownAgain() throws {
    var source = ByteSource(bytes: Array(gzipMember(Array("text".utf8)).dropLast()), name: "memory")
    #expect(try source.peek(100) == Array("text".utf8))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    #expect(try source.read(into: buffer) == 4)
    #expect(throws: ByteSourceError.self) { try source.read(into: buffer) }
    #expect(throws: ByteSourceError.self) { try source.read(into: buffer) }
    #expect(throws: ByteSourceError.self) { try source.peek(1) }
}

@Test func peekedBytesAreReadAgain() throws {
    for bytes in [Array("plain text".utf8), zstdFrame(Array("plain text".utf8))] {
        var source = ByteSource(bytes: bytes, name: "memory")
        #expect(try source.peek(5) == Array("plain".utf8))
        #expect(try source.peek(2) == Array("pl".utf8))
        #expect(try source.peek(50) == Array("plain text".utf8))
        #expect(drain(source, step: 3).bytes == Array("plain text".utf8))
    }
}

@Test func theBeginningOfAMagicNumberAloneIsPlain() {
    for bytes: [UInt8] in [[], [0x1F], [0x28, 0xB5, 0x2F], Array("(plain".utf8), Array("P*M".utf8)] {
        let seen = drain(bytes)
        #expect(seen.bytes == bytes)
        #expect(seen.error == nil)
    }
}

@Test func anErrorAmidLinesLeavesTheLinesBefore() throws {
    let text = sampleText(lines: 60)
    let frame = zstdFrame(text, blockSize: 500)
    let source = ByteSource(bytes: Array(frame.dropLast(10)), name: "cut.zst")
    let seen = fastScan(source, ScanOptions(needles: nil))
    let whole = plainScan(Array(text[..<seen.summary.bytes]), ScanOptions(needles: nil))
    #expect(seen.summary.bytes > 500)
    #expect(seen.deliveries == whole.deliveries)
    let sentence = try #require(seen.summary.error?.description)
    #expect(sentence.hasPrefix("cut.zst is truncated: it ends in the middle of zstd data"))
}

// MARK: - Paths

@Test func whatCannotBeOpenedIsNamed() {
    #expect(throws: ByteSourceError.isDirectory(name: "/")) { _ = try ByteSource(path: "/") }
    let missing = "/nonexistent/file"
    #expect(throws: ByteSourceError.cannotOpen(name: missing, errno: ENOENT)) { _ = try ByteSource(path: missing) }
    #expect(
        ByteSourceError.cannotOpen(name: missing, errno: ENOENT).description
            == "/nonexistent/file cannot be opened: No such file or directory.")
}

@Test(.enabled(if: geteuid() != 0)) func anUnreadableFileIsNamed() throws {
    let path = try temporaryFile(Array("text".utf8))
    defer { unlink(path) }
    chmod(path, 0)
    #expect(throws: ByteSourceError.cannotOpen(name: path, errno: EACCES)) { _ = try ByteSource(path: path) }
}

@Test func filesAndDevicesAreRead() throws {
    let empty = drain(try ByteSource(path: "/dev/null"))
    #expect(empty.bytes.isEmpty && empty.error == nil)
    let text = sampleText(lines: 20_000)
    for bytes in [text, zstdFrame(text), gzipMember(text), []] {
        let path = try temporaryFile(bytes)
        defer { unlink(path) }
        let seen = drain(try ByteSource(path: path), step: 10_000)
        #expect(seen.bytes == (bytes.isEmpty ? [] : text))
        #expect(seen.error == nil)
    }
}

@Test func aPipeIsReadAsItComes() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    var source = try ByteSource(path: "/proc/self/fd/\(ends[0])")
    // One byte settles that this is plain; nothing waits for more.
    write(ends[1], "a", 1)
    #expect(try source.peek(1) == Array("a".utf8))
    write(ends[1], "bc", 2)
    close(ends[1])
    #expect(drain(source).bytes == Array("abc".utf8))
}

private func temporaryFile(_ bytes: [UInt8]) throws -> String {
    var template = Array("/tmp/ByteScanTests.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A pipe can be read once: who only looks what it is must not take its beginning away from who reads it.
@Test(arguments: formats.map(\.0)) func whatWasPeekedAtOfANamedPipeIsThereForTheNext(container: CompressedContainer)
    throws
{
    let scratch = Scratch()
    defer { scratch.remove() }
    try scratch.write("", to: "beside")
    let path = scratch.path("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    // What a pipe holds until somebody reads it.
    let text = sampleText(lines: 1000)
    let compressed = try #require(formats.first { $0.0 == container }).1(text)
    for content in [text, compressed] {
        let writer = open(path, O_RDWR)
        try #require(writer >= 0)
        try #require(write(writer, content, content.count) == content.count)
        for count in [1, 4, 5000] {
            var source = try ByteSource(path: path)
            #expect(try source.peek(count) == Array(text.prefix(count)))
        }
        close(writer)
        let all = drain(try ByteSource(path: path))
        #expect(all.bytes == text)
        #expect(all.error == nil)
    }
}
