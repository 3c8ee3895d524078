<?php
/**
 * Runs the module's cron with stand-ins for the Drupal services it calls: HTTP is real, nodes and state live in a JSON file.
 * usage: php drupal.php MODULE_FOLDER STORE SERVER
 */
namespace Drupal\Core\Site {
    class Settings
    {
        public static function get($name, $default) { return $GLOBALS['argv'][3]; }
    }
}

namespace {
    require __DIR__ . '/http.php';
    [, $module, $file] = $argv;
    $store = file_exists($file) ? json_decode(file_get_contents($file), true) : ['state' => [], 'known' => [], 'nodes' => []];

    class Answer
    {
        public function __construct(private array $answer) {}
        public function getStatusCode() { return $this->answer[0]; }
        public function getBody() { return $this->answer[1]; }
        public function getHeaderLine($name) { return $this->answer[2][strtolower($name)] ?? ''; }
    }
    class Client
    {
        public function request($method, $url, $options) { return new Answer(real_get($url, $options['headers'])); }
    }
    class Values
    {
        public function __construct(private string $name) {}
        public function get($key, $default = null) { return $GLOBALS['store'][$this->name][$key] ?? $default; }
        public function set($key, $value) { $GLOBALS['store'][$this->name][$key] = $value; }
        public function delete($key) { unset($GLOBALS['store'][$this->name][$key]); }
    }
    class Node
    {
        public function __construct(private array $values, private ?int $id = null) {}
        public function set($name, $value) { $this->values[$name] = $value; }
        public function id() { return $this->id; }
        public function save()
        {
            $this->id ??= max([0, ...array_keys($GLOBALS['store']['nodes'])]) + 1;
            $GLOBALS['store']['nodes'][$this->id] = $this->values;
        }
        public function delete() { unset($GLOBALS['store']['nodes'][$this->id]); }
    }
    class Storage
    {
        public function create($values) { return new Node($values); }
        public function load($id) { return isset($GLOBALS['store']['nodes'][$id]) ? new Node($GLOBALS['store']['nodes'][$id], $id) : null; }
    }
    class Types
    {
        public function getStorage($type) { return new Storage(); }
    }
    class Drupal
    {
        public static function state() { return new Values('state'); }
        public static function keyValue($name) { return new Values('known'); }
        public static function httpClient() { return new Client(); }
        public static function entityTypeManager() { return new Types(); }
    }

    require "$module/thuoc.module";
    thuoc_cron();
    file_put_contents($file, json_encode($store));
    $shown = [];
    foreach ($store['known'] as $id => $nid) {
        $shown[$id] = ['title' => $store['nodes'][$nid]['title'], 'content' => $store['nodes'][$nid]['body']['value']];
    }
    echo json_encode(['not_modified' => $store['state']['thuoc.pull']['not_modified'], 'posts' => (object) $shown, 'nodes' => count($store['nodes'])]);
}
