import Livepatch

/// Reads a step that calls the shadow variable API:
///
///     - shadow: get_or_alloc            # get, alloc, get_or_alloc, free, free_all
///       by: test_klp_shadow_vars        # the module that calls; it prints what it does
///       object: first                   # pointers are any words: the same word is the same pointer
///       id: 0x1234
///       ctor: construct                 # left out: NULL
///       ctor_data: content
///       variable: here                  # where the variable's data is if the call creates it
enum ShadowCallReader {
    static func call(
        _ operand: YAMLValue, _ fields: [Key: YAMLValue], _ step: YAMLValue
    ) throws(Misreading) -> ShadowCall {
        guard let function = functions[try operand.word()] else {
            throw operand.error("unknown call; known are get, alloc, get_or_alloc, free, free_all")
        }
        guard let caller = fields[.caller] else { throw step.error("a shadow variable is used 'by' a module") }
        guard let id = fields[.id] else { throw step.error("a shadow variable has an 'id'") }
        if function != .freeAll, fields[.object] == nil {
            throw step.error("klp_shadow_\(try operand.word()) needs an 'object'")
        }
        for (key, value) in fields where unused(by: function).contains(key) {
            throw value.error("\(value.title) means nothing to \(function.rawValue)")
        }
        return ShadowCall(
            caller: try ModuleName.read(caller, of: step), function, object: try pointer(fields[.object]),
            id: try id.identifier(), size: UInt64(try fields[.size]?.number(0...UInt(UInt32.max)) ?? 8),
            constructor: try constructor(fields), constructorData: try pointer(fields[.constructorData]),
            destructor: try pointer(fields[.destructor]),
            newData: try variable(fields))
    }

    /// A pointer of its own for each pair, unless the scenario names one.
    private static func variable(_ fields: [Key: YAMLValue]) throws(Misreading) -> String {
        if let given = fields[.variable] { return try given.text() }
        return try variable(of: pointer(fields[.object]), fields[.id]?.word() ?? "")
    }

    /// What a variable is called that the scenario does not name.
    static func variable(of object: String, _ id: String) -> String { "variable of \(object) \(id)" }

    /// The id that the digits mean: an unsigned long, in hexadecimal with 0x or in decimal.
    static func identifier(_ digits: String) -> UInt64? {
        guard !digits.hasPrefix("+"), !digits.hasPrefix("0x+") else { return nil }
        return digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
    }

    private static let functions: [String: ShadowCall.Function] = [
        "get": .get, "alloc": .alloc, "get_or_alloc": .getOrAlloc, "free": .free, "free_all": .freeAll,
    ]

    private static func pointer(_ value: YAMLValue?) throws(Misreading) -> String {
        guard let value else { return ShadowArguments.null }
        return try value.text()
    }

    private static func constructor(_ fields: [Key: YAMLValue]) throws(Misreading) -> ShadowCall.Constructor {
        guard let name = fields[.constructor] else {
            if let value = fields[.constructorReturn] { throw value.error("ctor_ret needs a ctor that returns it") }
            return .none
        }
        let result = try fields[.constructorReturn]?.callbackReturn() ?? 0
        return result == 0 ? .succeeds(try name.text()) : .fails(try name.text(), errno: result)
    }

    private static func unused(by function: ShadowCall.Function) -> [Key] {
        let ofAllocation: [Key] = [.size, .constructor, .constructorData, .constructorReturn, .variable]
        return switch function {
        case .get: ofAllocation + [.destructor]
        case .alloc, .getOrAlloc: [.destructor]
        case .free: ofAllocation
        case .freeAll: ofAllocation + [.object]
        }
    }
}
