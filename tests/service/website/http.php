<?php
/** One real GET, without any library: [status, body, headers in lower case]. */
function real_get(string $url, array $headers): array
{
    $lines = [];
    foreach ($headers as $name => $value) {
        $lines[] = "$name: $value";
    }
    $context = stream_context_create(['http' => ['header' => $lines, 'ignore_errors' => true, 'timeout' => 20]]);
    $body = file_get_contents($url, false, $context);
    preg_match('/ (\d{3})/', $http_response_header[0], $status);
    $found = [];
    foreach (array_slice($http_response_header, 1) as $line) {
        [$name, $value] = explode(':', $line, 2);
        $found[strtolower($name)] = trim($value);
    }
    fwrite(STDERR, $status[1] . ' ' . $url . "\n");
    return [(int) $status[1], (string) $body, $found];
}
