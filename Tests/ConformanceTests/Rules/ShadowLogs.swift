import ByteScan

/// What modules print of shadow variables.
extension Dmesg {
    /// test_klp_shadow_vars on 6.1, as recorded.
    static let shadowSelftest = golden("selftests/test-shadow-vars-basic-shadow-variable-api/runs/6.1.192")
    /// The samples on 6.1, as recorded.
    static let shadowSamples = golden("situations/samples/runs/6.1.192")
    static let shadowLogs = [shadowSelftest, shadowSamples]

    /// A recorded run below Golden, without its stamps.
    private static func golden(_ run: String) -> Dmesg {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
        guard var source = try? ByteSource(path: "\(root)/Golden/\(run)/dmesg.log"),
            let bytes = try? source.peek(1 << 20)
        else { return Dmesg(lines: []) }
        return Dmesg(
            lines: String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
                line.split(separator: "] ", maxSplits: 1).last.map(String.init)
            })
    }

    /// The same with a destructor for the last call, which comes to the objects in this order.
    static func freeAllWithDestructor(_ order: [String]) -> Dmesg {
        let data = ["PTR1": "PTR6", "PTR9": "PTR11", "PTR14": "PTR16"]
        let lines = order.map { "test_klp_shadow_vars: shadow_dtor(obj=\($0), shadow_data=\(data[$0] ?? ""))" }
        let log = shadowSelftest.replacing("dtor=PTR0", with: "dtor=PTR17")
        let place = log.lines.firstIndex { $0.contains("klp_shadow_free_all") } ?? 0
        return Dmesg(lines: log.lines[..<place] + lines + log.lines[place...])
    }

    /// The same as the first kernels with the test printed it: some pointers had their numbers before they were mentioned.
    static let shadowSelftestOfOtherNumbers = Dmesg(
        lines: shadowSelftest.lines.map { line in
            var result = ""
            for part in line.split(separator: "PTR", omittingEmptySubsequences: false) {
                let digits = part.prefix { $0.isNumber }
                let number = Int(digits) ?? 0
                result += result.isEmpty ? part : "PTR\(otherNumbers[number] ?? 0)" + part.dropFirst(digits.count)
            }
            return result
        })
    private static let otherNumbers: [Int: Int] = {
        let early = [2, 5, 7, 10, 12, 15]
        let later = (1...17).filter { !early.contains($0) }
        return Dictionary(uniqueKeysWithValues: (early + later).enumerated().map { ($1, $0 + 1) })
    }()

    /// A constructor fails, after everything else.
    static let shadowConstructorFails = shadowSelftest.inserting(
        """
        test_klp_shadow_vars: shadow_ctor: PTR18 -> PTR2
        livepatch: Failed to construct shadow variable <000000004c940272, 1234> (-12)
        test_klp_shadow_vars: klp_shadow_alloc(obj=PTR1, id=0x1234, size=8, gfp_flags=GFP_KERNEL), ctor=PTR4, ctor_data=PTR2 = PTR0
        test_klp_shadow_vars: klp_shadow_get(obj=PTR1, id=0x1234) = PTR0
        test_klp_shadow_vars:   got expected NULL result
        """, after: "klp_shadow_free_all")
}
